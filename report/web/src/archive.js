// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The page of a cohort: what the whole says, and every case in one table that shows only the rows in view.
import "./style.css";
import "./archive.css";
import { caseTable } from "./case_table.js";
import { figures, outliers, strata } from "./cohort_tables.js";
import { h } from "./page_tools.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);

function start() {
  const cohort = json("cohort"), rows = json("rows");
  const dark = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement;
  const setTheme = (t) => { root.dataset.theme = t; };
  setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));
  document.getElementById("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));

  const r = cohort.reports, total = r.ok + r.review + r.failed;
  document.getElementById("counts").textContent = `${total} audits: ${r.ok} ok, ${r.review} to review, ${r.failed} failed (in no figure); ${r.left_out} reports left out`;
  const link = new Map(rows.map((row) => [row[0], row[row.length - 1]]));
  const named = (id) => (link.get(id) ? h("a", { href: link.get(id) }, id) : id);
  const list = (items, most, of) => [h("ol.two", items.slice(0, most).map(of)), items.length > most && h("p.hint", `${items.length - most} more in cohort.json.`)];

  const first = h("section.card", { id: "first" }, h("h2", `Look at these first (${cohort.first_look.length})`),
    cohort.first_look.length ? list(cohort.first_look, 20, (f) => h("li", named(f.case_id), ": " + f.reason)) : h("p.none", "No case asks to be looked at first."));
  const left = cohort.left_out.length ? h("section.card", h("h2", `Left out (${cohort.left_out.length})`), list(cohort.left_out, 50, (f) => h("li", h("code", f.path), ": " + f.reason))) : "";
  document.getElementById("top").append(first, caseTable(rows), ...cohort.times.map(figures));
  document.querySelector("#top .times")?.setAttribute("id", "figures");
  document.getElementById("rest").append(strata(cohort), outliers(cohort, named), left);
  root.dataset.ready = "yes";
}

try {
  start();
} catch (e) {
  document.getElementById("app").prepend(h("p.broken", { role: "alert" }, "This page could not be drawn whole (" + e.message + "). The text below and cohort.json hold every figure."));
  document.documentElement.dataset.ready = "failed";
  console.error(e);
}
