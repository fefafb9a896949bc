// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Both scans in one picture: squares or a curtain.
import { h, onceAFrame } from "./page_tools.js";
import { unpack } from "./volume.js";

export async function checkerboardView(data) {
  const { report, page } = data, node = h("section.card", h("h2", "Registration"));
  node.id = "registration";
  const r = report.registration;
  node.append(h("p", h("b", r.outcome.replace("_", " ")), r.why ? ": " + r.why : ""));
  if (!page.fusion.length) { node.append(h("p.none", "No comparison of the scans: they were not registered to each other.")); return node; }
  const view = { mode: "squares", at: 50, size: 15 };
  const shown = [];
  for (const p of page.fusion) {
    const read = async (q) => { const s = await unpack(q.data, p.width); return Float32Array.from(s, (x) => q.first + q.unit * x); };
    shown.push({ p, post: await read(p.postop), pre: await read(p.preop), canvas: h("canvas", { width: p.width * 2, height: p.height * 2, role: "img", "aria-label": "both scans, " + p.name }) });
  }
  const windowOf = (v, hu) => { if (hu) return [-160, 240]; const s = Float32Array.from(v).sort(); return [s[Math.floor(s.length / 100)], s[s.length - 1 - Math.floor(s.length / 100)]]; };
  for (const s of shown) { s.postWindow = windowOf(s.post, true); s.preWindow = windowOf(s.pre, page.images.preop_is_ct); }
  const redraw = onceAFrame(() => {
    for (const s of shown) {
      const c = s.canvas.getContext("2d"), w = s.canvas.width, t = s.canvas.height, image = c.createImageData(w, t);
      for (let y = 0, o = 0; y < t; y++)
        for (let x = 0; x < w; x++, o += 4) {
          const i = x >> 1, j = y >> 1, at = j * s.p.width + i, mm = s.p.pixel_mm / view.size;
          const ofPre = view.mode === "squares" ? ((Math.floor(i * mm + (view.at / 50)) + Math.floor(j * mm)) & 1) === 1 : view.mode === "curtain" ? x > (view.at / 100) * w : false;
          const grey = (v, [lo, hi]) => Math.max(0, Math.min(255, (255 * (v - lo)) / (hi - lo)));
          const a = grey(s.post[at], s.postWindow), b = grey(s.pre[at], s.preWindow), k = view.at / 100;
          const g = view.mode === "blend" ? (1 - k) * a + k * b : ofPre ? b : a, tint = view.mode === "blend" ? k : ofPre ? 1 : 0;
          image.data[o] = g * (1 - tint / 8); image.data[o + 1] = g; image.data[o + 2] = g + (tint * (255 - g)) / 8; image.data[o + 3] = 255;
        }
      c.putImageData(image, 0, 0);
    }
  });
  node.append(
    h("div.controls", h("label", "show", h("select", { "aria-label": "comparison", onchange: (e) => { view.mode = e.target.value; redraw(); } }, ["squares", "curtain", "blend"].map((m) => h("option", m)))),
      h("label.grow", "post-op", h("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": "from post-op to pre-op", oninput: (e) => { view.at = Number(e.target.value); redraw(); } }), "pre-op")),
    h("div.three", shown.map((s) => h("figure", s.canvas, h("figcaption", `${s.p.name}; left ${s.p.sides[0]}, right ${s.p.sides[1]}, top ${s.p.sides[2]}`)))),
    h("p.hint", "What is tinted blue comes from the pre-op image. Edges of organs should run on across the squares. Of the curtain the slider moves the edge, of the blend the share."));
  redraw();
  return node;
}
