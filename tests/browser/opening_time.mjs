// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// How long report.html takes to open, and how large it is:
//   node opening_time.mjs WEB REPORT.html...
// WEB: as in pages_test.mjs. Each page is opened seven times, each in a profile of its own; printed are the medians and the extremes of
// the first screen (first contentful paint), of the slices when they can be used, and of every view, from the start of navigation; and the
// processor time of the page's own thread.
import { stat } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browserOf, emulatedGraphics, openingMs, stagesMs } from "./chromium.mjs";

const [web, ...files] = process.argv.slice(2);
if (!files.length) { console.error("usage: node opening_time.mjs WEB REPORT.html..."); process.exit(2); }
const browser = await browserOf(web).launch(...emulatedGraphics);
try {
  for (const file of files) {
    const ms = [], first = [], slices = [], busy = [];
    for (let n = 0; n < 7; n++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage();
      const figures = await context.newCDPSession(page);
      await figures.send("Performance.enable", { timeDomain: "threadTicks" });
      await page.goto(pathToFileURL(path.resolve(file)).href);
      ms.push(await openingMs(page));
      const [screen, usable] = await stagesMs(page);
      first.push(screen);
      slices.push(usable);
      busy.push(1000 * (await figures.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value);
      await context.close();
    }
    const told = (v) => { v.sort((a, b) => a - b); return `${v[3].toFixed(0)} ms (${v[0].toFixed(0)} to ${v[6].toFixed(0)})`; };
    console.log(`${file}: ${((await stat(file)).size / 1e6).toFixed(1)} MB; first screen after ${told(first)}, slices after ${told(slices)}, every view after ${told(ms)}; page's thread busy ${told(busy)}`);
  }
} finally {
  await browser.close();
}
