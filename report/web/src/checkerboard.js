// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Both scans in one picture: squares or a curtain.
import { h, onceAFrame } from "./page_tools.js";

/** \param fusion data.page.fusion with the values of both scans: [{plane, post, pre}] */
export function checkerboardView(data, fusion) {
  const { report, images } = data, node = h("section.card", h("h2", "Registration"));
  node.id = "registration";
  const r = report.registration;
  node.append(h("p", h("b", r.outcome.replace("_", " ")), r.why ? ": " + r.why : ""));
  if (!fusion.length) { node.append(h("p.none", "No comparison of the scans: they were not registered to each other.")); return node; }
  const view = { mode: "squares", at: 50, size: 15 };
  const windowOf = (v, hu) => { if (hu) return [-160, 240]; const s = Float32Array.from(v).sort(); return [s[Math.floor(s.length / 100)], s[s.length - 1 - Math.floor(s.length / 100)]]; };
  const greys = (v, hu) => { const [lo, hi] = windowOf(v, hu); return Uint8ClampedArray.from(v, (x) => (255 * (x - lo)) / (hi - lo)); };
  const shown = fusion.map(({ plane, post, pre }) => ({ p: plane, post: greys(post, true), pre: greys(pre, images.preopIsCt), canvas: h("canvas", { width: plane.width * 2, height: plane.height * 2, role: "img", "aria-label": "both scans, " + plane.name }) }));
  const redraw = onceAFrame(() => {
    for (const s of shown) {
      const c = s.canvas.getContext("2d"), w = s.canvas.width, t = s.canvas.height, image = c.createImageData(w, t);
      for (let y = 0, o = 0; y < t; y++)
        for (let x = 0; x < w; x++, o += 4) {
          const i = x >> 1, j = y >> 1, at = j * s.p.width + i, mm = s.p.pixel_mm / view.size;
          const ofPre = view.mode === "squares" ? ((Math.floor(i * mm + (view.at / 50)) + Math.floor(j * mm)) & 1) === 1 : view.mode === "curtain" ? x > (view.at / 100) * w : false;
          const a = s.post[at], b = s.pre[at], k = view.at / 100;
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
