// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Dose-volume histograms before and after.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colours, h, interval, isNumber, num } from "./page_tools.js";

export function dvhView(data, state) {
  const { report, page } = data, rx = report.dose?.rx_gy;
  const listed = page.dvh.structures.filter((s) => s.preop || s.postop);
  const node = h("section.card", h("h2", "Dose-volume histogram"));
  node.id = "dvh";
  if (!listed.length) { node.append(h("p.none", "Not computed: ", report.dose ? "no structure carries a dose here; the warnings say why." : "there is no dose in this audit; the warnings say why.")); return node; }
  const place = h("div.plot"), value = h("output.readout", "\u00a0"), note = h("p.hint");
  const choose = h("select", { "aria-label": "structure", onchange: () => draw() }, listed.map((s, n) => h("option", { value: n }, `${s.name} (${s.role})`)));
  let plot = null;
  function draw() {
    const s = listed[Number(choose.value)], of = report.dose.structures.find((x) => x.name === s.name && x.contour === s.contour) || {};
    const style = getComputedStyle(document.documentElement), ink = style.getPropertyValue("--ink"), grid = style.getPropertyValue("--line");
    const d90 = of.postop?.d90_gy_interval, v100 = of.postop?.v100_pct_interval;
    const most = s.role === "target" || !rx ? page.dvh.dose_gy.at(-1) : Math.max(0.25 * rx, page.dvh.dose_gy[Math.min(page.dvh.dose_gy.length - 1, 8 + Math.max(...[s.preop, s.postop].filter(Boolean).map((v) => v.findIndex((p) => !(p > 0.05))).map((n) => (n < 0 ? page.dvh.dose_gy.length : n))))]);
    const bars = (u) => {
      const c = u.ctx, x = (v) => u.valToPos(v, "x", true), y = (v) => u.valToPos(v, "y", true), k = window.devicePixelRatio || 1;
      c.save(); c.setLineDash([]); c.lineWidth = 3 * k; c.strokeStyle = colours.alarm; c.fillStyle = colours.alarm;
      const bar = (x0, y0, x1, y1) => { c.beginPath(); c.moveTo(x0, y0); c.lineTo(x1, y1); c.stroke(); const e = 5 * k, along = y0 === y1; for (const [p, q] of [[x0, y0], [x1, y1]]) { c.beginPath(); c.moveTo(p - (along ? 0 : e), q - (along ? e : 0)); c.lineTo(p + (along ? 0 : e), q + (along ? e : 0)); c.stroke(); } };
      if (interval(d90, 0)) bar(x(d90[0]), y(90), x(d90[1]), y(90));
      if (rx && interval(v100, 0)) bar(x(rx), y(v100[0]), x(rx), y(v100[1]));
      if (rx && x(rx) < u.bbox.left + u.bbox.width) { c.lineWidth = k; c.strokeStyle = ink; c.setLineDash([4 * k, 4 * k]); c.beginPath(); c.moveTo(x(rx), u.bbox.top); c.lineTo(x(rx), u.bbox.top + u.bbox.height); c.stroke(); }
      c.restore();
    };
    const line = (label, stroke, dash) => ({ label, stroke, width: 2.2, dash, points: { show: false } });
    const edge = (label) => ({ label, stroke: colours.found, width: 1, dash: [2, 3], points: { show: false } });
    const axis = (more) => ({ stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", ...more });
    plot?.destroy();
    place.replaceChildren();
    plot = new uPlot({
      width: Math.max(280, place.clientWidth), height: 340, legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: [0, most] }, y: { range: [0, 101] } },
      series: [{}, line("plan", colours.planned, [8, 4]), line("as found", colours.found), edge("95 %, low"), edge("95 %, high")],
      bands: [{ series: [4, 3], fill: colours.found + "38" }],
      axes: [axis({ label: "dose to infinity, Gy" }), axis({ label: "volume, %", side: 3 }), ...(rx ? [axis({ scale: "x", side: 0, grid: { show: false }, label: "% of the prescription", splits: (u) => { const step = most / rx > 1.5 ? 50 : 10, out = []; for (let p = 0; (p / 100) * rx <= most; p += step) out.push((p / 100) * rx); return out; }, values: (u, v) => v.map((x) => num((100 * x) / rx, 0)) })] : [])],
      hooks: { draw: [bars], setCursor: [(u) => { const n = u.cursor.idx; if (n == null) return; const d = page.dvh.dose_gy[n]; value.textContent = `${num(d, 1)} Gy${rx ? ` (${num((100 * d) / rx, 0)} %)` : ""}: plan ${num(s.preop?.[n], 1)} %, as found ${num(s.postop?.[n], 1)} %${s.postop_low ? `, 95 %: ${num(s.postop_low[n], 1)} to ${num(s.postop_high[n], 1)} %` : ""}`; }] },
    }, [page.dvh.dose_gy, ...[s.preop, s.postop, s.postop_low, s.postop_high].map((v) => v || page.dvh.dose_gy.map(() => null))], place);
    note.textContent = (interval(d90, 0) || interval(v100, 0)) ? `${s.postop_low ? "Shaded: where the curve as found may truly lie, 95 % at each volume. " : ""}Bars with ends: 95 % intervals of D90 (lying) and of V100 (standing). All by drawing seed places, strength, registration and contour anew.` : "No interval is given for this structure.";
  }
  node.append(h("div.controls", h("label", "structure", choose), h("span.key", h("span", h("i.dash"), "plan"), listed.some((s) => s.postop) && h("span", h("i.solid"), "as found"), listed.some((s) => s.postop_low) && h("span", h("i.band"), "its 95 % band"), report.dose?.structures.some((s) => interval(s.postop?.d90_gy_interval, 0)) && h("span", h("i.whisk"), "interval"))), place, value, note);
  requestAnimationFrame(draw);
  new ResizeObserver(() => { if (plot && Math.abs(plot.width - place.clientWidth) > 4) draw(); }).observe(node);
  state.theme.watch(draw);
  return node;
}
