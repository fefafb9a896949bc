// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Seeds, sectors, supplement, organs, provenance.
import { h, interval, isNumber, num, seedColour, seedMark } from "./page_tools.js";
import { doseTable, judged } from "./summary.js";

export function seedTable({ report }, state) {
  const rows = [...report.postop.seeds.map((s) => ({ ...s })), ...(report.postop.missing || []).map((m) => ({ ...m, id: null }))];
  const columns = [["id", "seed", (s) => s.id ?? "\u2013"], ["status", "status", (s) => [h("i.mark", { style: `color:${s.id == null ? "inherit" : seedColour(s)}` }, seedMark[s.status] || "?"), " " + s.status.replace("_", " ")]], ["region", "where", (s) => s.region || ""],
    ["displacement_mm", "moved, mm", (s) => num(s.displacement_mm, 1, "\u2013")], ["displacement_residual_mm", "less common shift", (s) => num(s.displacement_residual_mm, 1, "\u2013")], ["confidence", "confidence", (s) => num(s.confidence, 2, "\u2013")], ["plan_seed", "plan seed", (s) => s.plan_seed ?? "\u2013"],
    ["x", "x, y, z mm", (s) => (s.center_mm ? s.center_mm.map((x) => num(x, 1)).join(", ") : "not found")]];
  const key = (s, k) => (k === "x" ? s.center_mm?.[0] : s[k]);
  let by = "id", sign = 1;
  const body = h("tbody"), heads = columns.map(([k, t]) => h("th", { scope: "col", "data-key": k }, h("button", { type: "button", onclick: () => { sign = by === k ? -sign : 1; by = k; fill(); } }, t)));
  function fill() {
    rows.sort((a, b) => { const x = key(a, by), y = key(b, by); return x == null ? (y == null ? 0 : 1) : y == null ? -1 : sign * (x < y ? -1 : x > y ? 1 : 0); });
    heads.forEach((e) => e.setAttribute("aria-sort", e.dataset.key === by ? (sign > 0 ? "ascending" : "descending") : "none"));
    body.replaceChildren(...rows.map((s) => h("tr", { tabindex: s.id == null && !s.plan_center_mm ? -1 : 0, "data-seed": s.id ?? "", "aria-selected": s.id != null && s.id === state.selected.get(), onclick: () => go(s), onkeydown: (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); go(s); } } }, columns.map(([, , f]) => h("td", f(s))))));
  }
  const go = (s) => { if (s.id != null) state.select(s.id); else if (s.plan_center_mm) state.cursor.set(s.plan_center_mm.slice()); };
  fill();
  state.selected.watch((id) => { for (const tr of body.children) { const on = tr.dataset.seed === String(id); tr.setAttribute("aria-selected", on); if (on) { const box = tr.closest(".scroll"); if (tr.offsetTop < box.scrollTop + 30 || tr.offsetTop > box.scrollTop + box.clientHeight - 40) box.scrollTop = tr.offsetTop - box.clientHeight / 2; } } });
  const node = h("section.card", h("h2", `Seeds (${report.postop.seeds.length} found${report.postop.missing?.length ? `, ${report.postop.missing.length} planned but not found` : ""})`), h("div.scroll", h("table.seeds", h("thead", h("tr", heads)), body)), h("p.hint", "Click a seed, or press Enter on it: every view goes there. A heading sorts."));
  node.id = "seeds";
  return node;
}

const simple = (caption, heads, rows) => h("table", h("caption", caption), h("thead", h("tr", heads.map((t) => h("th", { scope: "col" }, t)))), h("tbody", rows.map((r) => h("tr", r.map((c) => h("td", c))))));

export function coverageView({ report }, state) {
  const node = h("section.card", h("h2", "Sectors, cold regions, supplement"));
  node.id = "coverage";
  const targets = judged(report);
  if (!targets.length) node.append(h("p.none", "Not computed: no target carries a dose in this audit."));
  for (const t of targets) {
    const parts = [...(t.sectors || []), ...(t.shells || [])];
    if (parts.length) node.append(simple(`Sectors of ${t.name}`, ["part", "volume, cc", "V100, %", "D90, Gy", "least, Gy"], parts.map((s) => [s.name, num(s.volume_cc, 1), [h("meter", { min: 0, max: 100, low: 80, high: 90, optimum: 100, value: s.v100_pct }), " " + num(s.v100_pct, 1)], num(s.d90_gy, 1), num(s.min_gy, 1)])));
    const cold = t.undercoverage?.cold_regions || [];
    node.append(cold.length ? simple(`Regions of ${t.name} below the prescription`, ["where", "volume, cc", "least, Gy", "beside", ""], cold.map((c) => [c.where, num(c.volume_cc, 2), num(c.min_gy, 1), c.beside || "", h("button", { type: "button", onclick: () => state.cursor.set((c.coldest_mm || c.center_mm).slice()) }, "show")])) : h("p.none", t.postop ? `No cold region of ${t.name} is listed.` : `Not computed: ${t.name} has no dose of the seeds found.`));
  }
  const a = report.undercoverage?.supplement;
  if (a) {
    node.append(h("h3", "Supplement: " + a.outcome.replace("_", " ")), h("p", a.why, ". ", h("b", "Advice for a physicist to check, not a plan.")));
    if (a.outcome !== "not_needed" && a.before && a.after)
      node.append(simple("Effect of the advised seeds", ["", "now", "with them"], [["D90, Gy", "d90_gy"], ["V100, %", "v100_pct"], ["V150, %", "v150_pct"], ["V200, %", "v200_pct"]].map(([n, k]) => [n, num(a.before[k], 1), num(a.after[k], 1)])));
    if (a.seeds?.length) node.append(simple("Advised places", ["needle", "x, y, z mm", ""], a.seeds.map((s) => [String(s.needle + 1), s.center_mm.map((x) => num(x, 1)).join(", "), h("button", { type: "button", onclick: () => state.cursor.set(s.center_mm.slice()) }, "show")])));
  }
  const organs = (report.dose?.structures || []).filter((s) => s.role !== "target");
  if (organs.length) node.append(h("details", h("summary", `${organs.length} ${organs.length === 1 ? "organ" : "organs"} at risk`), h("div.grid", organs.map((s) => doseTable(report, s)))));
  return node;
}

export function provenanceView({ report }) {
  const p = report.provenance, node = h("section.card", h("h2", "How it was made"));
  node.id = "provenance";
  node.append(h("p", `seedaudit ${p.version} (${p.git}), case ${report.case_id}. Report schema ${report.schema_version}. Dose to water by TG-43; tissue and shadowing between seeds are not modelled. Not a medical device.`),
    h("details", { open: true }, h("summary", "Decided from the files"), simple("", ["what", "choice", "why"], p.decisions.map((d) => [d.what, d.choice, d.reason]))),
    h("details", h("summary", "Inputs"), simple("", ["role", "UID", "files", "content hash"], p.inputs.map((i) => [i.role, h("code", i.uid || ""), String(i.files), h("code", i.sha || "")]))),
    h("details", h("summary", "Options as used"), simple("", ["option", "value"], Object.entries(p.options).map(([k, v]) => [h("code", k), v]))),
    h("details", h("summary", `Remarks (${p.warnings.length})`), p.warnings.length ? h("ul", p.warnings.map((w) => h("li", h("code", w.code), " ", w.message))) : h("p", "none")),
    h("p.hint", `Times: ${Object.entries(report.timing_s).map(([k, v]) => `${k} ${num(v, 1)} s`).join(", ")}.`));
  return node;
}
