// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// How long report.html takes to open, and how large it is:
//   node opening_time.mjs WEB REPORT.html...
// WEB: as in pages_test.mjs. Each page is opened seven times, each in a profile of its own; printed are the median and the extremes.
import { stat } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browserOf, emulatedGraphics, openingMs } from "./chromium.mjs";

const [web, ...files] = process.argv.slice(2);
if (!files.length) { console.error("usage: node opening_time.mjs WEB REPORT.html..."); process.exit(2); }
const browser = await browserOf(web).launch(...emulatedGraphics);
try {
  for (const file of files) {
    const ms = [];
    for (let n = 0; n < 7; n++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage();
      await page.goto(pathToFileURL(path.resolve(file)).href);
      ms.push(await openingMs(page));
      await context.close();
    }
    ms.sort((a, b) => a - b);
    console.log(`${file}: ${((await stat(file)).size / 1e6).toFixed(1)} MB, drawn ${ms[3].toFixed(0)} ms after navigation began (${ms[0].toFixed(0)} to ${ms[6].toFixed(0)})`);
  }
} finally {
  await browser.close();
}
