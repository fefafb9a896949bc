// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Makes the pictures of docs/images anew:
//   scripts/demo && node tests/browser/pictures.mjs build/release/seedaudit build/release/report/web demo-output/audit docs/images
// AUDIT is the audit of the demo case; the archive is made up (archive.mjs). Look at what comes out before it is committed.
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { writeArchive, writeOutcomes } from "./archive.mjs";
import { browserOf, emulatedGraphics } from "./chromium.mjs";

const [program, web, audit, pictures] = process.argv.slice(2);
if (!pictures) { console.error("usage: node pictures.mjs PROGRAM WEB AUDIT PICTURES"); process.exit(2); }
// Footers name the build: one of changed sources would stand in the pictures for good.
const { git } = JSON.parse(await readFile(path.join(audit, "report.json"), "utf8")).provenance;
if (git.includes("dirty")) { console.error(`${audit} was made by a build of changed sources (${git}). Commit, build and audit again, then make the pictures.`); process.exit(2); }
const { launch } = browserOf(web);
const folder = await mkdtemp(path.join(os.tmpdir(), "seedaudit-pictures-"));
const picture = (name) => path.join(pictures, name);
let browser;
const settle = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 300)));
const open = async (file, colorScheme, width = 1280, height = 800) => {
  const page = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage();
  await page.goto(pathToFileURL(path.resolve(file)).href);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes", null, { timeout: 60000 });
  await settle(page);
  return page;
};
/** One part of a page, as high as what it holds, without the heading that would lie over it. */
const part = async (page, selector, name) => {
  await page.addStyleTag({ content: "header { position: static !important; } .columns { align-items: start !important; }" });
  await settle(page);
  await page.locator(selector).screenshot({ path: picture(name) });
};
try {
  await mkdir(pictures, { recursive: true });
  await copyFile(path.join(audit, "overview.png"), picture("demo-overview.png"));
  execFileSync("pdftoppm", ["-r", "100", "-f", "1", "-l", "1", "-singlefile", "-png", path.join(audit, "report.pdf"), picture("record-page")]);

  browser = await launch(...emulatedGraphics);
  const report = path.join(audit, "report.html");
  let page = await open(report, "light");
  await page.screenshot({ path: picture("report-page.png") });
  await page.locator("#seeds tbody tr[data-seed]").first().click();
  await page.evaluate(() => window.scrollTo(0, document.querySelector("#slices").offsetTop - 56));
  await settle(page);
  await page.screenshot({ path: picture("report-views.png") });
  await part(page, "#dvh", "report-dvh.png");
  await part(page, "#space", "report-space.png");
  await part(page, "#registration", "report-registration.png");
  await page.getByLabel("reviewer", { exact: true }).fill("A. Physicist");
  await page.getByLabel("reason or comment").fill("clip, also on the planning scan");
  await page.getByRole("button", { name: "not a seed" }).click();
  await part(page, "#review", "report-review.png");
  await page.context().close();
  page = await open(report, "dark");
  await page.screenshot({ path: picture("report-dark.png") });
  await browser.close();

  browser = await launch("--disable-gpu");
  await writeArchive(path.join(folder, "large"), 10000);
  execFileSync(program, ["cohort", path.join(folder, "large"), "-o", path.join(folder, "large-cohort")], { stdio: "ignore" });
  page = await open(path.join(folder, "large-cohort", "cohort.html"), "light");
  await page.screenshot({ path: picture("archive-page.png") });
  page = await open(path.join(folder, "large-cohort", "cohort.html"), "dark");
  await page.evaluate(() => window.scrollTo(0, document.querySelector("#plots").offsetTop - 60));
  await settle(page);
  await page.screenshot({ path: picture("archive-plots-dark.png") });

  await writeOutcomes(path.join(folder, "outcomes.csv"), await writeArchive(path.join(folder, "small"), 300));
  execFileSync(program, ["cohort", path.join(folder, "small"), "--outcomes", path.join(folder, "outcomes.csv"), "--covariates", "age,d90_rx_pct_day_0", "-o", path.join(folder, "small-cohort")], { stdio: "ignore" });
  page = await open(path.join(folder, "small-cohort", "cohort.html"), "light", 1280, 1000);
  await page.evaluate(() => { document.querySelector("header").style.position = "static"; window.scrollTo(0, document.querySelector("#outcomes").getBoundingClientRect().top + window.scrollY - 10); });
  await settle(page);
  await page.screenshot({ path: picture("outcomes.png") });
} finally {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}
