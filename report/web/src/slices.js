// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Slices of the scan with seeds, target and isodoses, beside the pre-op image with the plan.
import { alarming, colours, h, isodoses, num, onceAFrame, seedColour, sizeCanvas } from "./page_tools.js";
import { levelLines } from "./outline.js";
import { boxOf, sampleOn, valueAt } from "./volume.js";

// Radiological convention: axial from the feet, coronal from the front, sagittal with anterior at the left.
const planes = {
  axial: { u: 0, v: 1, down: 1, d: 2, sides: ["R", "L", "A", "P"] },
  coronal: { u: 0, v: 2, down: -1, d: 1, sides: ["R", "L", "S", "I"] },
  sagittal: { u: 1, v: 2, down: -1, d: 0, sides: ["A", "P", "S", "I"] },
};
export const windows = { abdomen: [-160, 240], seeds: [-200, 2400], bone: [-500, 1300], lung: [-1350, 150] };

export function slicesView(data, state) {
  const { report, page, images, outlines } = data;
  const rx = report.dose?.rx_gy;
  const seeds = report.postop.seeds, missing = report.postop.missing || [];
  const half = page.capsule_mm[0] / 2, radius = page.capsule_mm[1] / 2;
  const view = { plane: "axial", zoom: 1.7, pan: [0, 0], window: [...windows.abdomen], doses: "found" };
  const post = h("canvas", { tabindex: 0, role: "img", "aria-label": "slice of the post-op scan" });
  const pre = h("canvas", { tabindex: 0, role: "img", "aria-label": "slice of the pre-op image, mapped" });
  const readout = h("output.readout", "\u00a0");
  const shown = { seeds: true, planned: true, target: true, isodoses: true };
  const region = boxOf(images.region || images.whole);
  const centre = (a) => (region.low[a] + region.high[a]) / 2;

  function frame(canvas) {
    const { w, h: t, ratio } = sizeCanvas(canvas), p = planes[view.plane], c = state.cursor.get();
    const extent = Math.max(region.high[p.u] - region.low[p.u], region.high[p.v] - region.low[p.v]);
    const mm = extent / Math.min(w, t) / view.zoom;
    const mid = [centre(p.u) + view.pan[0], centre(p.v) + view.pan[1]];
    const toMm = (x, y) => { const q = c.slice(); q[p.u] = mid[0] + (x - w / 2) * mm; q[p.v] = mid[1] + p.down * (y - t / 2) * mm; return q; };
    const toPx = (q) => [w / 2 + (q[p.u] - mid[0]) / mm, t / 2 + (p.down * (q[p.v] - mid[1])) / mm];
    return { w, t, ratio, p, mm, toMm, toPx, depth: c[p.d] };
  }
  /** Places in mm of the columns and rows of a raster that begins `from` px from the corner. */
  function raster(f, w, t, step, from) {
    const start = f.toMm(from, from), mm = step * f.mm;
    return [Float64Array.from({ length: w }, (_, i) => start[f.p.u] + i * mm), Float64Array.from({ length: t }, (_, j) => start[f.p.v] + f.p.down * j * mm)];
  }

  function drawImage(ctx, f, fine, rough, range) {
    const w = Math.ceil(f.w), t = Math.ceil(f.t), image = ctx.createImageData(w, t), px = new Uint32Array(image.data.buffer);
    const values = new Float32Array(w * t).fill(NaN), [us, vs] = raster(f, w, t, 1, 0.5);
    for (const v of [fine, rough]) if (v) sampleOn(v, f.p.d, f.depth, us, vs, values);
    const gain = 255 / (range[1] - range[0]);
    for (let n = 0; n < px.length; n++) {
      const v = (values[n] - range[0]) * gain, g = v > 255 ? 255 : v > 0 ? (v + 0.5) | 0 : 0;  // not a number, outside every image: black
      px[n] = 0xff000000 | (g << 16) | (g << 8) | g;
    }
    const off = new OffscreenCanvas(w, t);
    off.getContext("2d").putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = true;
    ctx.drawImage(off, 0, 0, w, t);
  }

  /** \param fill (columns, rows, out): values on a raster; what stays not a number counts as 0 */
  function lines(ctx, f, fill, levels) {
    const step = Math.max(2, 0.8 / f.mm), w = Math.ceil(f.w / step) + 1, t = Math.ceil(f.t / step) + 1, values = new Float32Array(w * t).fill(NaN);
    fill(...raster(f, w, t, step, 0), values);
    for (let n = 0; n < values.length; n++) if (values[n] !== values[n]) values[n] = 0;
    for (const l of levels) {
      const s = levelLines(values, w, t, l.level);
      if (!s.length) continue;
      ctx.strokeStyle = l.colour; ctx.lineWidth = l.width; ctx.setLineDash([]);
      ctx.beginPath();
      for (let n = 0; n < s.length; n += 4) { ctx.moveTo(s[n] * step, s[n + 1] * step); ctx.lineTo(s[n + 2] * step, s[n + 3] * step); }
      ctx.stroke();
      if (l.label) { // on the line itself: a level is never told by colour alone
        let best = 0;
        for (let n = 0; n < s.length; n += 4) if (s[n] * l.side[0] + s[n + 1] * l.side[1] > s[best] * l.side[0] + s[best + 1] * l.side[1]) best = n;
        tag(ctx, l.label, s[best] * step, s[best + 1] * step, l.colour);
      }
    }
  }
  const ofDose = (f, dose) => (us, vs, out) => sampleOn(dose, f.p.d, f.depth, us, vs, out);
  const ofOutline = (f, o) => (us, vs, out) => {
    const q = [0, 0, 0];
    q[f.p.d] = f.depth;
    for (let j = 0, n = 0; j < vs.length; j++) {
      q[f.p.v] = vs[j];
      for (let i = 0; i < us.length; i++, n++) { q[f.p.u] = us[i]; out[n] = o.at(q[0], q[1], q[2]); }
    }
  };
  function tag(ctx, text, x, y, colour) {
    ctx.font = "11px system-ui, sans-serif"; ctx.textAlign = "center"; ctx.textBaseline = "middle";
    ctx.lineWidth = 3; ctx.strokeStyle = "rgba(0,0,0,.85)"; ctx.strokeText(text, x, y);
    ctx.fillStyle = colour; ctx.fillText(text, x, y);
  }
  function capsule(ctx, f, centre3, axis, colour, chosen, hollow) {
    const depth = Math.abs(centre3[f.p.d] - f.depth), reach = half * Math.abs(axis[f.p.d]) + 1.6;
    if (depth > reach + 3 && !chosen) return;
    const a = f.toPx(centre3.map((x, n) => x - half * axis[n])), b = f.toPx(centre3.map((x, n) => x + half * axis[n]));
    ctx.globalAlpha = depth <= reach ? 1 : 0.35;
    ctx.lineCap = "round";
    const width = Math.max(3, (2 * radius) / f.mm);
    ctx.setLineDash([]);
    if (chosen) { ctx.strokeStyle = "#fff"; ctx.lineWidth = width + 5; line(ctx, a, b); }
    ctx.strokeStyle = colour; ctx.lineWidth = hollow ? width + 1.5 : width; line(ctx, a, b);
    if (hollow) { ctx.strokeStyle = "#10131a"; ctx.lineWidth = Math.max(1, width - 1.5); line(ctx, a, b); }
    ctx.globalAlpha = 1;
  }
  function line(ctx, a, b) { ctx.beginPath(); ctx.moveTo(...a); ctx.lineTo(b[0] + 0.01, b[1]); ctx.stroke(); }
  function ring(ctx, f, p, colour) {
    if (Math.abs(p[f.p.d] - f.depth) > 4) return;
    const [x, y] = f.toPx(p);
    ctx.strokeStyle = colour; ctx.lineWidth = 1.6; ctx.setLineDash([]);
    ctx.beginPath(); ctx.arc(x, y, Math.max(4, 1.6 / f.mm), 0, 7); ctx.stroke();
  }
  function frameMarks(ctx, f, title) {
    ctx.font = "600 13px system-ui, sans-serif";
    const put = (text, x, y, align, base) => {
      ctx.textAlign = align; ctx.textBaseline = base; ctx.lineWidth = 3; ctx.strokeStyle = "rgba(0,0,0,.8)"; ctx.strokeText(text, x, y); ctx.fillStyle = "#e8ebf0"; ctx.fillText(text, x, y);
    };
    const s = f.p.sides;
    put(s[0], 7, f.t / 2, "left", "middle"); put(s[1], f.w - 7, f.t / 2, "right", "middle"); put(s[2], f.w / 2, 6, "center", "top"); put(s[3], f.w / 2, f.t - 6, "center", "bottom");
    put(title, 8, 7, "left", "top");
    const bar = 20 / f.mm;
    ctx.fillStyle = "#e8ebf0"; ctx.fillRect(f.w - 12 - bar, f.t - 14, bar, 2);
    ctx.font = "11px system-ui, sans-serif"; put("20 mm", f.w - 12 - bar / 2, f.t - 17, "center", "bottom");
  }
  function cross(ctx, f) {
    if (state.selected.get() == null) return;
    const [x, y] = f.toPx(state.cursor.get());
    ctx.strokeStyle = "rgba(255,255,255,.35)"; ctx.lineWidth = 1; ctx.setLineDash([3, 4]);
    ctx.beginPath(); ctx.moveTo(x, 0); ctx.lineTo(x, y - 12); ctx.moveTo(x, y + 12); ctx.lineTo(x, f.t); ctx.moveTo(0, y); ctx.lineTo(x - 12, y); ctx.moveTo(x + 12, y); ctx.lineTo(f.w, y); ctx.stroke();
    ctx.setLineDash([]);
  }
  const levels = () => (rx ? isodoses.map((l, n) => ({ level: (l.pct / 100) * rx, colour: l.colour, width: l.pct === 100 ? 2.2 : 1.3, label: l.pct + " %", side: [Math.cos(1.05 * n), Math.sin(1.05 * n)] })) : []);

  function draw(canvas, isPre) {
    const f = frame(canvas), ctx = canvas.getContext("2d");
    ctx.setTransform(f.ratio, 0, 0, f.ratio, 0, 0);
    ctx.fillStyle = "#000"; ctx.fillRect(0, 0, f.w, f.t);
    if (isPre) {
      if (!images.preop) { tag(ctx, "no pre-op image registered to this scan", f.w / 2, f.t / 2, "#e8ebf0"); frameMarks(ctx, f, "pre-op"); return; }
      const range = images.preopIsCt ? view.window : [images.preop.first, images.preop.first + images.preop.unit * 4095 * 0.8];
      drawImage(ctx, f, images.preop, null, range);
    } else drawImage(ctx, f, images.region, images.whole, view.window);
    const dose = isPre ? images.planned_dose : images.dose;
    if (shown.isodoses && dose) lines(ctx, f, ofDose(f, dose), levels());
    if (shown.target) for (const o of outlines) lines(ctx, f, ofOutline(f, o), [{ level: 0.5, colour: colours.target, width: 2.4, label: o.name, side: [-0.7, -0.7] }]);
    if (shown.planned) {
      for (const s of seeds) if (s.plan_center_mm) ring(ctx, f, s.plan_center_mm, colours.planned);
      for (const m of missing) if (m.plan_center_mm) ring(ctx, f, m.plan_center_mm, colours.planned);
    }
    if (!isPre && shown.seeds)
      for (const s of state.review.shownSeeds()) {
        const chosen = state.selected.get() === s.id;
        capsule(ctx, f, s.center_mm, s.direction, s.rejected ? "#888" : seedColour(s), chosen, s.rejected || s.added);
        if (Math.abs(s.center_mm[f.p.d] - f.depth) < 4 && (chosen || alarming(s.status))) { const [x, y] = f.toPx(s.center_mm); tag(ctx, (alarming(s.status) ? "\u2716 " : "") + "seed " + s.id, x, y - 14, "#fff"); }
      }
    cross(ctx, f);
    frameMarks(ctx, f, isPre ? "pre-op, mapped, with the plan" : "post-op, as found");
  }
  const redraw = onceAFrame(() => { draw(post, false); draw(pre, true); slider(); });

  const depth = h("input", { type: "range", "aria-label": "slice position, mm", oninput: () => moveTo(Number(depth.value)) });
  const depthText = h("output.depth");
  function slider() {
    const p = planes[view.plane], whole = boxOf(images.whole), at = state.cursor.get()[p.d];
    depth.min = whole.low[p.d]; depth.max = whole.high[p.d]; depth.step = stepOf(); depth.value = at;
    depthText.textContent = `${"LPS"[p.d]} ${num(at, 1)} mm`;
  }
  const stepOf = () => (images.region || images.whole).step[planes[view.plane].d];
  function moveTo(mm) {
    const p = planes[view.plane], whole = boxOf(images.whole), c = state.cursor.get().slice();
    c[p.d] = Math.max(whole.low[p.d], Math.min(whole.high[p.d], mm));
    state.cursor.set(c);
  }
  const scroll = (n) => moveTo(state.cursor.get()[planes[view.plane].d] + n * stepOf());
  const zoom = (k) => { view.zoom = Math.max(0.4, Math.min(12, view.zoom * k)); redraw(); };

  function pick(canvas, e) {
    const f = frame(canvas), box = canvas.getBoundingClientRect(), x = e.clientX - box.left, y = e.clientY - box.top;
    if (state.review.place(f.toMm(x, y))) return;
    let best = null, near = 12;
    for (const s of seeds) {
      if (Math.abs(s.center_mm[f.p.d] - f.depth) > 6) continue;
      const q = f.toPx(s.center_mm), d = Math.hypot(q[0] - x, q[1] - y);
      if (d < near) { near = d; best = s; }
    }
    if (best) state.select(best.id);
  }
  for (const canvas of [post, pre]) {
    let from = null;
    canvas.addEventListener("wheel", (e) => { e.preventDefault(); if (e.ctrlKey || e.shiftKey) zoom(e.deltaY + e.deltaX < 0 ? 1.15 : 1 / 1.15); else scroll(e.deltaY > 0 ? -1 : 1); }, { passive: false });
    canvas.addEventListener("pointerdown", (e) => { from = { x: e.clientX, y: e.clientY, pan: view.pan.slice(), window: view.window.slice(), right: e.button === 2 || e.altKey, moved: false }; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointermove", (e) => {
      const f = frame(canvas), box = canvas.getBoundingClientRect();
      if (from) {
        const dx = e.clientX - from.x, dy = e.clientY - from.y;
        from.moved ||= Math.hypot(dx, dy) > 4;
        if (from.right) {
          const mid = (from.window[0] + from.window[1]) / 2 - dy * 2, wide = Math.max(20, from.window[1] - from.window[0] + dx * 4);
          setWindow([mid - wide / 2, mid + wide / 2]);
        } else if (from.moved) { view.pan = [from.pan[0] - dx * f.mm, from.pan[1] - f.p.down * dy * f.mm]; redraw(); }
        return;
      }
      const q = f.toMm(e.clientX - box.left, e.clientY - box.top), ct = images.region && valueAt(images.region, ...q);
      const hu = ct === ct && ct != null ? ct : valueAt(images.whole, ...q), d = images.dose ? valueAt(images.dose, ...q) : NaN, most = images.dose ? images.dose.unit * images.dose.most : Infinity;
      readout.textContent = `(${q.map((x) => num(x, 1)).join(", ")}) mm` + (hu === hu ? `, ${num(hu, 0)} HU` : "") + (d === d ? d >= most ? `, above ${num(most, 0)} Gy` : `, ${num(d, 1)} Gy` + (rx ? ` = ${num((100 * d) / rx, 0)} %` : "") : "");
    });
    canvas.addEventListener("pointerup", (e) => { if (from && !from.moved && !from.right) pick(canvas, e); from = null; });
    canvas.addEventListener("contextmenu", (e) => e.preventDefault());
    canvas.addEventListener("keydown", (e) => {
      const act = { ArrowUp: () => scroll(1), ArrowDown: () => scroll(-1), PageUp: () => scroll(5), PageDown: () => scroll(-5), "+": () => zoom(1.2), "-": () => zoom(1 / 1.2), 1: () => setPlane("axial"), 2: () => setPlane("coronal"), 3: () => setPlane("sagittal") }[e.key];
      if (act) { act(); e.preventDefault(); }
    });
  }
  const level = h("input", { type: "number", step: 10, "aria-label": "window centre, HU", onchange: () => fromFields() });
  const width = h("input", { type: "number", step: 10, min: 1, "aria-label": "window width, HU", onchange: () => fromFields() });
  const fromFields = () => { const c = Number(level.value), w = Math.max(1, Number(width.value)); setWindow([c - w / 2, c + w / 2]); };
  function setWindow(range) { view.window = range; level.value = Math.round((range[0] + range[1]) / 2); width.value = Math.round(range[1] - range[0]); redraw(); }
  const planeButtons = Object.keys(planes).map((name) => h("button", { type: "button", "data-plane": name, onclick: () => setPlane(name) }, name));
  function setPlane(name) { view.plane = name; view.pan = [0, 0]; planeButtons.forEach((b) => b.setAttribute("aria-pressed", b.dataset.plane === name)); redraw(); }
  // What this case does not have has neither a switch nor a place in the key.
  const has = { seeds: seeds.length > 0, planned: [...seeds, ...missing].some((s) => s.plan_center_mm), target: outlines.length > 0, isodoses: Boolean(rx && (images.dose || images.planned_dose)) };
  const toggles = Object.keys(shown).filter((name) => has[name]).map((name) => h("label", h("input", { type: "checkbox", checked: true, onchange: (e) => { shown[name] = e.target.checked; redraw(); } }), name === "planned" ? "planned places" : name));
  const key = h("p.key", has.isodoses && isodoses.map((l) => h("span", h("i", { style: `background:${l.colour}` }), `${l.pct} %`)), has.planned && h("span", h("i.ring"), "planned place"), has.seeds && h("span", h("i.bar"), "seed"), seeds.some((s) => alarming(s.status)) && h("span", h("i.bar.alarm"), "\u2716 migrated or embolised"), has.target && h("span", h("i", { style: `background:${colours.target}` }), "target"));
  const node = h("section.card", h("h2", "Slices"),
    h("div.controls", h("span.group", { role: "group", "aria-label": "plane" }, planeButtons),
      h("label", "window", h("select", { "aria-label": "window preset", onchange: (e) => { setWindow([...windows[e.target.value]]); } }, Object.keys(windows).map((w) => h("option", { value: w }, w)))),
      h("label", "centre", level), h("label", "width", width), h("label.depthline", "slice", depth, depthText), toggles,
      h("button", { type: "button", onclick: () => { view.zoom = 1; view.pan = [0, 0]; redraw(); } }, "whole view")),
    h("div.pair", post, pre), readout, key,
    h("p.hint", "Wheel scrolls, shift + wheel zooms, drag moves, alt + drag sets the window. Keys on a picture: arrows, page up and down, + and \u2212, 1 2 3 for the plane." + (has.target ? " The target's outline is drawn smoothed; figures are computed from the contours." : "") +
      (rx ? "" : " No prescription is known, so no isodose lines are drawn.")));
  node.id = "slices";
  setPlane("axial"); setWindow([...windows.abdomen]);
  state.cursor.watch(redraw); state.selected.watch((id) => { const s = seeds.find((x) => x.id === id); if (s) { const p = planes[view.plane]; view.pan = Math.hypot(s.center_mm[p.u] - centre(p.u) - view.pan[0], s.center_mm[p.v] - centre(p.v) - view.pan[1]) > 60 / view.zoom ? [s.center_mm[p.u] - centre(p.u), s.center_mm[p.v] - centre(p.v)] : view.pan; } redraw(); });
  state.review.changed.watch(redraw);
  new ResizeObserver(redraw).observe(post);
  return node;
}
