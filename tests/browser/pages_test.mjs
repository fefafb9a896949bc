// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The pages as a browser shows them: report.html of a simulated case, and cohort.html of 10,000 cases.
//   node pages_test.mjs PROGRAM WEB
// PROGRAM: the built seedaudit. WEB: the folder in which the build ran `npm ci` (its node_modules hold playwright-core).
// Ends with 1 and says what failed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeArchive } from "./archive.mjs";
import { browserOf, emulatedGraphics, openingMs } from "./chromium.mjs";

const [program, web] = process.argv.slice(2);
if (!program || !web) { console.error("usage: node pages_test.mjs PROGRAM WEB"); process.exit(2); }
const started = Date.now(), elapsed = () => ((Date.now() - started) / 1000).toFixed(0);
const { launch } = browserOf(web);

let failures = 0, checks = 0;
const check = (good, what) => { checks++; if (!good) { failures++; console.error(`FAILED: ${what}`); } };
const cases = 10000;
/// Fluent is 100 ms, which docs/archive.md states as measured; a busy machine must not fail the test, a slow page must.
const mostMs = 1000;

const folder = await mkdtemp(path.join(os.tmpdir(), "seedaudit-pages-"));
const seedaudit = (...args) => execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
let browser;
try {
  seedaudit("phantom", "tiny", "-o", path.join(folder, "case"), "--no-progress");
  seedaudit("run", path.join(folder, "case"), "-o", path.join(folder, "audit"), "--no-progress", "--identity", "none");
  seedaudit("run", path.join(folder, "case", "postop_ct"), "-o", path.join(folder, "scan-audit"), "--no-progress");
  await writeArchive(path.join(folder, "archive"), cases);
  seedaudit("cohort", path.join(folder, "archive"), "-o", path.join(folder, "cohort"));
  console.log(`audit and cohort made after ${elapsed()} s`);
  browser = await launch(...emulatedGraphics);
  let judge = await browser.newPage();

  /** How many colours a picture has, and the share of its commonest. */
  const looks = (png) => judge.evaluate(async (data) => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    const c = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height }), g = c.getContext("2d");
    g.drawImage(image, 0, 0);
    const p = new Uint32Array(g.getImageData(0, 0, c.width, c.height).data.buffer), seen = new Map();
    for (const v of p) seen.set(v, (seen.get(v) || 0) + 1);
    return { colours: seen.size, commonest: Math.max(...seen.values()) / p.length };
  }, png.toString("base64"));
  const hash = (png) => createHash("sha256").update(png).digest("hex");

  const open = async (file, width, height, colorScheme) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    page.problems = [];
    page.on("console", (m) => { if (m.type() === "error") page.problems.push(m.text()); });
    page.on("pageerror", (e) => page.problems.push(e.message));
    page.on("request", (r) => { if (!/^(file|data|blob):/.test(r.url())) page.problems.push("asks for " + r.url()); });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 30000 });
    check((await page.evaluate(() => document.documentElement.dataset.ready)) === "yes", `${path.basename(file)} says that it is drawn`);
    await settle(page);
    return page;
  };
  const settle = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 150)));

  for (const [width, height] of [[1280, 800], [1920, 1080]])
    for (const scheme of ["light", "dark"]) {
      const as = `report.html at ${width}x${height}, ${scheme}`;
      const page = await open(path.join(folder, "audit", "report.html"), width, height, scheme);
      // A figure, not a check: the machine may be busy with other things (opening_time.mjs measures).
      console.log(`${as}: ${((await stat(path.join(folder, "audit", "report.html"))).size / 1e6).toFixed(1)} MB, drawn ${(await openingMs(page)).toFixed(0)} ms after navigation began`);
      check((await page.evaluate(() => document.documentElement.dataset.theme)) === scheme, `${as}: theme`);
      check((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, `${as}: no scrolling sideways`);

      for (const [view, fewest] of [["#summary", 20], ["#slices canvas", 30], ["#space canvas", 30], ["#dvh canvas", 10], ["#seeds", 20], ["#coverage", 20], ["#registration canvas", 30], ["#provenance", 20]]) {
        const parts = await page.locator(view).all();
        check(parts.length > 0, `${as}: ${view} is there`);
        for (const [i, part] of parts.entries()) {
          if (!(await part.isVisible())) continue;
          const seen = await looks(await part.screenshot());
          check(seen.colours >= fewest && seen.commonest < 0.995, `${as}: ${view} ${i} is not blank (${seen.colours} colours, ${(100 * seen.commonest).toFixed(1)} % one)`);
        }
      }

      // The band of the outcome's histogram: what the pointer reads off has both its edges.
      await page.locator("#dvh .u-over").hover({ position: { x: 120, y: 60 } });
      check(/as found [\d.]+ %, 95 %: [\d.]+ to [\d.]+ %/.test(await page.locator("#dvh .readout").textContent()), `${as}: the histogram's band is read at the pointer`);

      // A click on a seed takes every view there.
      const rows = page.locator("#seeds tbody tr[data-seed]"), last = rows.nth((await rows.count()) - 1);
      // Slices tell their pixels themselves; what a graphics card drew has to be looked at.
      const shots = async () => {
        await settle(page);
        const out = Object.fromEntries((await page.locator("#slices canvas").evaluateAll((all) => all.map((c) => c.toDataURL()))).map((d, i) => [`slice ${i}`, hash(d)]));
        for (const [i, c] of (await page.locator("#space canvas").all()).entries()) out[`space ${i}`] = hash(await c.screenshot());
        return out;
      };
      await rows.first().click();
      const before = await shots();
      await last.click();
      const after = await shots();
      check((await last.getAttribute("aria-selected")) === "true", `${as}: the seed clicked is marked`);
      check(Object.keys(before).length >= 3, `${as}: two slices and the view in space`);
      for (const view of Object.keys(before)) check(before[view] !== after[view], `${as}: ${view} moves with a click on a seed`);

      await page.locator("#theme").click();
      check((await page.evaluate(() => document.documentElement.dataset.theme)) !== scheme, `${as}: the button turns the theme`);
      check(page.problems.length === 0, `${as}: no error and nothing asked of a network: ${page.problems.join("; ")}`);
      await page.context().close();
    }

  // A file that was cut short says so, and the first screen stands all the same.
  {
    const whole = await readFile(path.join(folder, "audit", "report.html"), "utf8"), cut = path.join(folder, "cut.html");
    await writeFile(cut, whole.slice(0, whole.indexOf('id="images"') + 5000));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(cut).href);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "failed", null, { timeout: 30000 });
    check((await page.getByRole("alert").textContent()).includes("could not be drawn whole"), "a page cut short says that it is not whole");
    check((await page.locator("#summary .badge").count()) === 5, "a page cut short shows its first screen");
    await page.close();
  }

  // A browser that offers neither workers nor base64 of its own draws the same.
  {
    const page = await browser.newPage();
    await page.addInitScript(() => { delete Uint8Array.fromBase64; window.Worker = undefined; });
    await page.goto(pathToFileURL(path.join(folder, "audit", "report.html")).href);
    await openingMs(page);
    const seen = await looks(await page.locator("#slices canvas").first().screenshot());
    check(seen.colours >= 30, "slices are drawn in a browser without workers, too");
    await page.close();
  }

  // A scan alone: what cannot be computed is said, and what is not there has no switch.
  {
    const page = await open(path.join(folder, "scan-audit", "report.html"), 1280, 800, "dark"), as = "report.html of a scan without a plan";
    for (const view of ["#dvh", "#coverage"]) check((await page.locator(view).textContent()).includes("Not computed"), `${as}: ${view} says that it is not computed`);
    const controls = await page.locator("#slices .controls").textContent();
    check(controls.includes("seeds") && !controls.includes("target") && !controls.includes("isodoses"), `${as}: switches of what is there alone`);
    check((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, `${as}: no scrolling sideways`);
    check(page.problems.length === 0, `${as}: no error: ${page.problems.join("; ")}`);
    await page.context().close();
  }

  console.log(`report.html looked at after ${elapsed()} s`);
  await browser.close();
  browser = await launch("--disable-gpu");
  judge = await browser.newPage();
  for (const [width, height, scheme] of [[1280, 800, "light"], [1920, 1080, "dark"]]) {
    const as = `cohort.html at ${width}x${height}, ${scheme}`;
    const page = await open(path.join(folder, "cohort", "cohort.html"), width, height, scheme);
    const counted = () => page.locator("#cases output").textContent();
    check((await counted()) === `${cases} of ${cases} cases`, `${as}: every case is listed`);
    check((await page.locator("#cases .rows .line").count()) < 100, `${as}: only rows in view are drawn`);
    for (const view of ["#first", "#cases", "#figures", "#strata", "#quality", "#plots svg"])
      for (const part of await page.locator(view).all()) {
        const seen = await looks(await part.screenshot());
        check(seen.colours >= 10 && seen.commonest < 0.995, `${as}: ${view} is not blank`);
      }

    /** In-page time from the event of typing to the next frame, and of the work alone. */
    const filter = (text) => page.evaluate(async (value) => {
      const input = document.querySelector("#cases input[type=search]");
      input.value = value;
      const began = performance.now();
      input.dispatchEvent(new Event("input"));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return { shown: performance.now() - began, work: Number(document.querySelector("#cases").dataset.updateMs) };
    }, text);
    const times = [];
    for (const text of ["r", "re", "red", "red 2023", "red 2023 scanner a", ""]) times.push(await filter(text));
    const worst = { shown: Math.max(...times.map((t) => t.shown)), work: Math.max(...times.map((t) => t.work)) };
    console.log(`${as}: filter of ${cases} rows: at most ${worst.work.toFixed(1)} ms of work, ${worst.shown.toFixed(1)} ms until drawn`);
    check(worst.shown < mostMs, `${as}: filtered within ${mostMs} ms`);

    await filter("red 2023");
    const [n] = (await counted()).split(" ").map(Number);
    check(n > 0 && n < cases, `${as}: a filter keeps some (${n})`);
    const texts = await page.locator("#cases .rows .line").allTextContents();
    check(texts.length > 0 && texts.every((t) => t.includes("red") && t.includes("2023")), `${as}: and those alone`);
    await page.locator("#cases .filters button").click();
    check((await counted()) === `${cases} of ${cases} cases`, `${as}: clear shows all`);

    const d90 = page.locator("#cases .head button", { hasText: "D90" });
    const column = async () => (await page.locator("#cases .rows .line > :nth-child(13)").allTextContents()).map(Number);
    await d90.click();
    const rising = await column();
    check(rising.length > 5 && rising.every((v, i) => i === 0 || rising[i - 1] <= v), `${as}: sorted upwards by D90`);
    await d90.click();
    const falling = await column();
    check(falling[0] > rising[0] && falling.every((v, i) => i === 0 || falling[i - 1] >= v), `${as}: and downwards`);
    await page.evaluate(() => { const v = document.querySelector("#cases .window"); v.scrollTop = v.scrollHeight; });
    await settle(page);
    const end = await page.locator("#cases .rows .line").last().getAttribute("aria-rowindex");
    check(Number(end) === cases + 1, `${as}: the last row is reached by scrolling`);

    // Links lead to files: pages where there are any, else figures.
    await page.evaluate(() => { document.querySelector("#cases .window").scrollTop = 0; });
    await settle(page);
    const links = await page.locator("#cases .rows a").evaluateAll((all) => all.map((a) => a.href));
    check(links.length > 5 && links.every((l) => existsSync(fileURLToPath(l))), `${as}: links lead to files`);
    check(links.some((l) => l.endsWith("report.html")) && links.some((l) => l.endsWith("report.json")), `${as}: to pages, and to figures where there is no page`);
    check(page.problems.length === 0, `${as}: no error and nothing asked of a network: ${page.problems.join("; ")}`);
    await page.context().close();
  }
} catch (e) {
  failures++;
  console.error(e.stderr?.length ? `${e.message}\n${e.stderr}` : e.stack);
} finally {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}
console.log(`${checks} checks, ${failures} failed, ${elapsed()} s`);
process.exit(failures ? 1 : 0);
