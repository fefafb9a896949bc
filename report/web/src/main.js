// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
import "./style.css";
import { h, signal } from "./page_tools.js";
import { checkerboardView } from "./checkerboard.js";
import { dvhView } from "./dvh.js";
import { outlineOf } from "./outline.js";
import { canBeReviewed, reviewOf, reviewView } from "./review.js";
import { sceneView } from "./scene.js";
import { slicesView } from "./slices.js";
import { summaryView } from "./summary.js";
import { coverageView, provenanceView, seedTable } from "./tables.js";
import { readPlane, readVolume, unpackers } from "./volume.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);
/** After the next picture of the page; soon where none is made, in a tab behind others. */
const painted = () => new Promise((done) => { const soon = setTimeout(done, 250); requestAnimationFrame(() => { clearTimeout(soon); setTimeout(done); }); });
const parsed = () => new Promise((done) => { if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done, { once: true }); else done(); });

async function start() {
  const report = json("report"), page = json("page"), app = document.getElementById("app");
  const dark = matchMedia("(prefers-color-scheme: dark)"), theme = signal(null);
  const setTheme = (t) => { document.documentElement.dataset.theme = t; theme.set(t); };
  setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));
  const who = page.patient && (page.patient.name || page.patient.id) ? `${(page.patient.name || "").split("=").map((part) => part.replaceAll("^", " ").trim()).filter(Boolean).join(" / ")} \u00b7 ${page.patient.id}` : "patient not named";
  document.title = `Implant audit, ${report.case_id}`;
  const links = [["summary", "Summary"], ["slices", "Slices"], ["seeds", "Seeds"], ["space", "In space"], ["dvh", "DVH"], ["coverage", "Sectors"], ["registration", "Registration"], ["review", "Review"], ["provenance", "Provenance"]].filter(([id]) => id !== "review" || canBeReviewed(report));
  app.replaceChildren(
    h("header", h("div", h("h1", "Implant audit"), h("span.who", who), h("span.case", `${report.case_id} \u00b7 scan of ${report.acquisition?.postop?.study_date || "unknown date"}`), report.review && h("a.case", { href: "#review" }, `reviewed by ${report.review.reviewer}, ${report.review.date}`)),
      h("nav", { "aria-label": "parts of the report" }, links.map(([id, t]) => h("a", { href: "#" + id }, t)), h("button", { type: "button", "aria-label": "light or dark", onclick: () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark") }, "\u25d1"), h("button", { type: "button", onclick: () => print() }, "print"))),
    summaryView({ report, page }));
  app.querySelector("header button").id = "theme";
  const helpers = unpackers(), { unpack } = helpers;
  await painted();
  await parsed();

  // The images stand behind this program in the file: the first screen does not wait for them.
  const stored = json("images"), names = ["region", "dose", "preop", "planned_dose", "whole"];
  const unpacking = Promise.all([Promise.all(names.map((k) => readVolume(stored[k], unpack))),
    Promise.all(stored.fusion.map(async (plane) => ({ plane, post: await readPlane(plane.postop, plane.width, unpack), pre: await readPlane(plane.preop, plane.width, unpack) })))]);
  unpacking.catch(() => {});  // looked at below
  const outlines = page.targets.map(outlineOf).filter(Boolean), shown = stored.region || stored.whole;
  const first = outlines[0] ? outlines[0].low.map((x, a) => (x + outlines[0].high[a]) / 2) : shown.origin_mm.map((o, a) => o + (shown.step_mm[a] * shown.size[a]) / 2);
  const state = { cursor: signal(first), selected: signal(null), theme, review: reviewOf(report) };
  state.select = (id) => { const s = state.review.shownSeeds().find((x) => x.id === id); if (!s) return; state.cursor.set(s.center_mm.slice()); state.selected.set(id); };
  const data = { report, page, outlines, images: { preopIsCt: stored.preop_is_ct } };
  const place = (id, title) => h("section.card.waiting", { id }, h("h2", title), h("p.hint", "Being drawn."));
  const slices = place("slices", "Slices"), space = place("space", "In space"), fusion = place("registration", "Registration");
  app.append(slices, h("div.columns", seedTable(data, state), space), h("div.columns", dvhView(data, state), coverageView(data, state)), fusion, ...(canBeReviewed(report) ? [reviewView(data, state)] : []), provenanceView(data));
  const [volumes, planes] = await unpacking;
  helpers.end();
  names.forEach((k, n) => { data.images[k] = volumes[n]; });
  slices.replaceWith(slicesView(data, state));
  await painted();
  performance.mark("slices");

  // What lies below is built once the slices can be used; both in one frame, for a frame of this page is dear.
  fusion.replaceWith(checkerboardView(data, planes));
  space.replaceWith(sceneView(data, state));
  await painted();
  document.documentElement.dataset.ready = "yes";
  performance.mark("drawn");
}

start().catch((e) => {
  const note = h("p.broken", { role: "alert" }, "This page could not be drawn whole (" + e.message + "). report.json beside it holds every figure. An older browser may lack what the page needs.");
  document.getElementById("app").prepend(note);
  document.documentElement.dataset.ready = "failed";
  console.error(e);
});
