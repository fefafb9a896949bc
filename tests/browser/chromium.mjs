// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The browser that the pages are shown to: chromiumOf(web) for playwright-core, launch(...) for its arguments.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const stop = (message) => { console.error(message); process.exit(1); };

/** \param web the folder in which the build ran `npm ci`: its node_modules hold playwright-core */
export function browserOf(web) {
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => p && existsSync(p));
  if (!executablePath) stop("No Chromium is installed. `scripts/install-dependencies --services` installs it; CHROMIUM=/path/to/it names another.");
  let chromium;
  try { ({ chromium } = createRequire(path.join(path.resolve(web), "package.json"))("playwright-core")); } catch (e) { stop(`playwright-core is not in ${web}/node_modules: build first, with npm's development packages (${e.message}).`); }
  // The sandbox of the browser is not at hand for root; the pages are ours.
  return { launch: (...args) => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking", ...args] }) };
}

/** The 3-D view needs a graphics card or its emulation; painting a flat page with that is slow, and nobody's browser does. */
export const emulatedGraphics = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-rasterization"];

/** Milliseconds from the start of navigation until every view of report.html was painted once. */
export const openingMs = (page) => page.waitForFunction(() => performance.getEntriesByName("drawn")[0]?.startTime, null, { timeout: 60000 }).then((v) => v.jsonValue());
/** Milliseconds until the first screen, then until the slices could be used, from the start of navigation. */
export const stagesMs = (page) => page.waitForFunction(() => {
  const at = ["first-contentful-paint", "slices"].map((name) => performance.getEntriesByName(name)[0]?.startTime);
  return at.every((t) => t !== undefined) && at;
}, null, { timeout: 60000 }).then((v) => v.jsonValue());
