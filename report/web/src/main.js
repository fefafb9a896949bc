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
import { readVolume } from "./volume.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);

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
  const [whole, region, preop, dose, planned_dose] = await Promise.all(["whole", "region", "preop", "dose", "planned_dose"].map((k) => readVolume(page.images[k])));
  const images = { whole, region, preop, dose, planned_dose };
  const outlines = page.targets.map(outlineOf).filter(Boolean);
  const data = { report, page, images, outlines };
  const first = outlines[0] ? outlines[0].low.map((x, a) => (x + outlines[0].high[a]) / 2) : (region || whole).origin.map((o, a) => o + ((region || whole).step[a] * (region || whole).size[a]) / 2);
  const state = { cursor: signal(first), selected: signal(null), theme, review: reviewOf(report) };
  state.select = (id) => { const s = state.review.shownSeeds().find((x) => x.id === id); if (!s) return; state.cursor.set(s.center_mm.slice()); state.selected.set(id); };
  app.append(slicesView(data, state), h("div.columns", seedTable(data, state), sceneView(data, state)), h("div.columns", dvhView(data, state), coverageView(data, state)), await checkerboardView(data), ...(canBeReviewed(report) ? [reviewView(data, state)] : []), provenanceView(data));
  document.documentElement.dataset.ready = "yes";
  // Views draw in the next frame: what follows it can tell how long opening took (tests/browser).
  requestAnimationFrame(() => setTimeout(() => performance.mark("drawn")));
}

start().catch((e) => {
  const note = h("p.broken", { role: "alert" }, "This page could not be drawn whole (" + e.message + "). report.json beside it holds every figure. An older browser may lack what the page needs.");
  document.getElementById("app").prepend(note);
  document.documentElement.dataset.ready = "failed";
  console.error(e);
});
