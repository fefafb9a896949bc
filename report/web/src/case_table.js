// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Thousands of cases: sorted and filtered as a list of numbers, drawn as the few rows in view.
import { h, onceAFrame } from "./page_tools.js";

// As report/cohort_page.cpp writes a row; the last element is the link.
const columns = [
  { name: "case" }, { name: "time", choose: true }, { name: "implanted" }, { name: "site", choose: true }, { name: "scanner", choose: true }, { name: "slice mm", number: true, decimals: 1 },
  { name: "status", choose: true, tone: true }, { name: "verdict", choose: true, tone: true }, { name: "planned", number: true }, { name: "found", number: true }, { name: "migrated", number: true }, { name: "lesions", number: true },
  { name: "D90 % Rx", number: true, decimals: 1 }, { name: "V100 %", number: true, decimals: 1 },
];
const d90 = 12, height = 28;
const kUnknown = "unknown";

export function caseTable(rows) {
  const words = rows.map((r) => r.slice(0, columns.length).map((v) => v ?? kUnknown).join("\u0001").toLowerCase());
  let shown = rows.map((_, i) => i), by = -1, sign = 1;

  const text = h("input", { type: "search", placeholder: "any words, e.g. red 2024-03", "aria-label": "filter by words" });
  const below = h("input", { type: "number", step: "1", "aria-label": "D90 below" });
  const choices = columns.map((c, k) => {
    if (!c.choose) return null;
    const values = [...new Set(rows.map((r) => r[k] || kUnknown))].sort();
    return values.length < 2 ? null : { k, select: h("select", { "aria-label": c.name }, h("option", { value: "" }, `${c.name}: all`), values.map((v) => h("option", { value: v }, v))) };
  }).filter(Boolean);
  const count = h("output", { "aria-live": "polite" });

  const body = h("div.rows", { role: "rowgroup" }), space = h("div.space", body), view = h("div.window", { tabindex: 0, style: `max-height: ${rows.length * 28 + 18}px`, "aria-label": "cases; scroll with the arrow keys" }, space);
  const heads = columns.map((c, k) => h("span" + (c.number ? ".n" : ""), { role: "columnheader", "aria-sort": "none" }, h("button", { type: "button", onclick: () => { sign = by === k ? -sign : 1; by = k; update(); } }, c.name)));

  const cell = (r, c, k) => {
    const v = r[k], shownText = v == null || v === "" ? "\u2013" : c.number && c.decimals ? v.toFixed(c.decimals) : String(v).replace("_", " ");
    const inner = k === 0 && r[columns.length] ? h("a", { href: r[columns.length] }, shownText) : shownText;
    return h("span" + (c.number ? ".n" : "") + (c.tone && v ? "." + v : ""), { role: "cell", title: shownText }, inner);
  };
  const draw = () => {
    const from = Math.max(0, Math.floor(view.scrollTop / height) - 8), to = Math.min(shown.length, from + Math.ceil(view.clientHeight / height) + 16);
    body.style.top = from * height + "px";
    body.replaceChildren(...shown.slice(from, to).map((i, n) => h("div.line", { role: "row", "aria-rowindex": from + n + 2 }, columns.map((c, k) => cell(rows[i], c, k)))));
  };
  const update = () => {
    const began = performance.now();
    const asked = text.value.toLowerCase().split(/\s+/).filter(Boolean), limit = below.value === "" ? null : Number(below.value);
    const picked = choices.filter((c) => c.select.value).map((c) => [c.k, c.select.value]);
    shown = [];
    for (let i = 0; i < rows.length; i++) {
      const r = rows[i];
      if (picked.every(([k, v]) => (r[k] || kUnknown) === v) && (limit == null || (r[d90] != null && r[d90] < limit)) && asked.every((w) => words[i].includes(w))) shown.push(i);
    }
    if (by >= 0)
      shown.sort((a, b) => {
        const x = rows[a][by], y = rows[b][by], noX = x == null || x === "", noY = y == null || y === "";
        if (noX || noY) return noX - noY || a - b;  // what is not known stays last
        return sign * (x < y ? -1 : x > y ? 1 : 0) || a - b;
      });
    heads.forEach((e, k) => e.setAttribute("aria-sort", k === by ? (sign > 0 ? "ascending" : "descending") : "none"));
    space.style.height = shown.length * height + "px";
    table.setAttribute("aria-rowcount", shown.length + 1);
    count.textContent = `${shown.length} of ${rows.length} cases`;
    view.scrollTop = 0;
    draw();
    node.dataset.updateMs = (performance.now() - began).toFixed(2);
  };
  for (const e of [text, below]) e.addEventListener("input", update);
  for (const c of choices) c.select.addEventListener("change", update);
  view.addEventListener("scroll", onceAFrame(draw));

  const clear = h("button", { type: "button", onclick: () => { text.value = below.value = ""; choices.forEach((c) => { c.select.value = ""; }); update(); } }, "clear");
  const table = h("div", { role: "table", "aria-label": "cases" }, h("div.line.head", { role: "row" }, heads), view);
  const node = h("section.card", { id: "cases" }, h("h2", "All cases"), h("div.filters", text, choices.map((c) => c.select), h("label", "D90 below", below, "%"), clear, count), h("div.sheet", table), h("p.hint", "A heading sorts, a second time the other way. The name of a case opens its report, where one lies beside this page."));
  new ResizeObserver(draw).observe(view);
  requestAnimationFrame(update);
  return node;
}
