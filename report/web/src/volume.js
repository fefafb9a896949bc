// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Images and doses as report/page_volume.cpp packs them, unpacked beside the page's own thread.

/** The samples of report/packed_samples.h: row-wise zigzag differences, low bytes first. Also the source of the workers: it uses nothing
 *  from outside itself. */
async function samplesOf(text, row) {
  let packed;
  if (Uint8Array.fromBase64) packed = Uint8Array.fromBase64(text);
  else {
    const letters = atob(text);
    packed = new Uint8Array(letters.length);
    for (let i = 0; i < packed.length; i++) packed[i] = letters.charCodeAt(i);
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const n = bytes.length / 2, out = new Uint16Array(n);
  for (let i = 0; i < n;) {
    let value = 0;
    for (const end = Math.min(n, i + row); i < end; i++) {
      const folded = bytes[i] | (bytes[n + i] << 8);
      value = (value + (folded & 1 ? -((folded + 1) >> 1) : folded >> 1)) & 0xffff;
      out[i] = value;
    }
  }
  return out;
}

/** unpack(text, row) on two threads of their own; on the page's where a browser offers none. end() when nothing is left to unpack. */
export function unpackers() {
  const seats = [];
  let next = 0, url = null;
  try {
    const program = `const samplesOf = ${samplesOf};
      onmessage = ({ data: [n, text, row] }) => samplesOf(text, row).then((s) => postMessage([n, s], [s.buffer]), (e) => postMessage([n, null, String(e.message)]));`;
    url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    for (let s = 0; s < 2; s++) {
      const seat = { worker: new Worker(url), waiting: new Map(), load: 0 };
      seat.worker.onmessage = ({ data: [n, samples, problem] }) => { const w = seat.waiting.get(n); seat.waiting.delete(n); if (samples) w.done(samples); else w.failed(new Error(problem)); };
      seat.worker.onerror = (e) => { e.preventDefault(); seat.broken = true; for (const w of seat.waiting.values()) samplesOf(w.text, w.row).then(w.done, w.failed); seat.waiting.clear(); };
      seats.push(seat);
    }
  } catch { /* no workers: the page unpacks itself */ }
  const unpack = (text, row) => {
    const seat = seats.filter((s) => !s.broken).sort((a, b) => a.load - b.load)[0];
    if (!seat) return samplesOf(text, row);
    seat.load += text.length;
    return new Promise((done, failed) => { const n = next++; seat.waiting.set(n, { done, failed, text, row }); seat.worker.postMessage([n, text, row]); });
  };
  return { unpack, end: () => { seats.forEach((s) => s.worker.terminate()); if (url) URL.revokeObjectURL(url); } };
}

/** {size, origin, step, first, unit, most, data}; null stays null. */
export async function readVolume(packed, unpack) {
  if (!packed) return null;
  const data = await unpack(packed.data, packed.size[0]);
  const [nx, ny, nz] = packed.size;
  if (data.length !== nx * ny * nz) throw new Error("an image of this page is not whole");
  return { size: packed.size, origin: packed.origin_mm, step: packed.step_mm, first: packed.first, unit: packed.unit, most: packed.most, data };
}

/** Values of a plane that is stored by itself. */
export async function readPlane(packed, width, unpack) {
  return Float32Array.from(await unpack(packed.data, width), (x) => packed.first + packed.unit * x);
}

/** Value at an LPS point, trilinear; NaN outside the samples (half a step beyond the outer ones counts as inside). */
export function valueAt(v, x, y, z) {
  const [nx, ny, nz] = v.size;
  let i = (x - v.origin[0]) / v.step[0], j = (y - v.origin[1]) / v.step[1], k = (z - v.origin[2]) / v.step[2];
  if (!(i >= -0.5 && j >= -0.5 && k >= -0.5 && i <= nx - 0.5 && j <= ny - 0.5 && k <= nz - 0.5)) return NaN;
  i = Math.min(Math.max(i, 0), nx - 1); j = Math.min(Math.max(j, 0), ny - 1); k = Math.min(Math.max(k, 0), nz - 1);
  const i0 = Math.floor(i), j0 = Math.floor(j), k0 = Math.floor(k);
  const a = i - i0, b = j - j0, c = k - k0;
  const di = i0 + 1 < nx ? 1 : 0, dj = j0 + 1 < ny ? nx : 0, dk = k0 + 1 < nz ? nx * ny : 0;
  const o = i0 + nx * (j0 + ny * k0), d = v.data;
  const plane = (q) => (1 - b) * ((1 - a) * d[q] + a * d[q + di]) + b * ((1 - a) * d[q + dj] + a * d[q + dj + di]);
  return v.first + v.unit * (c > 0 ? (1 - c) * plane(o) + c * plane(o + dk) : plane(o));
}

/** Sample below `mm` on an axis and the share of the next one; -1 outside, as valueAt has it. */
function placeOn(v, axis, mm) {
  const last = v.size[axis] - 1;
  let i = (mm - v.origin[axis]) / v.step[axis];
  if (!(i >= -0.5 && i <= last + 0.5)) return [-1, 0];
  i = Math.min(Math.max(i, 0), last);
  const low = Math.min(Math.floor(i), Math.max(0, last - 1));
  return [low, i - low];
}

/** The plane across `axis` at `mm`, as wide and high as the other two axes: values, or null outside. The last one is kept: a change of
 *  window, zoom or place does not cut anew. */
function planeOf(v, axis, mm) {
  if (v.cut && v.cut.axis === axis && v.cut.mm === mm) return v.cut.values;
  const [k, c] = placeOn(v, axis, mm), [nx, ny] = v.size, strides = [1, nx, nx * ny];
  let values = null;
  if (k >= 0) {
    const [u, w] = [0, 1, 2].filter((a) => a !== axis), nu = v.size[u], nw = v.size[w], d = v.data, up = c > 0 ? strides[axis] : 0;
    values = new Float32Array(nu * nw);
    for (let b = 0, o = 0; b < nw; b++)
      for (let a = 0, q = k * strides[axis] + b * strides[w]; a < nu; a++, o++, q += strides[u]) values[o] = v.first + v.unit * ((1 - c) * d[q] + c * d[q + up]);
  }
  v.cut = { axis, mm, values };
  return values;
}

/** valueAt on a raster of the plane across `axis` at `mm`: columns at us, rows at ws, mm along the lower and the higher of the other axes.
 *  What is a number in `out` already stays. */
export function sampleOn(v, axis, mm, us, ws, out) {
  const values = planeOf(v, axis, mm);
  if (!values) return;
  const [u, w] = [0, 1, 2].filter((a) => a !== axis), nu = v.size[u], du = nu > 1 ? 1 : 0, dw = v.size[w] > 1 ? nu : 0;
  const at = Int32Array.from(us, (x) => placeOn(v, u, x)[0]), share = Float64Array.from(us, (x) => placeOn(v, u, x)[1]);
  for (let r = 0, o = 0; r < ws.length; r++) {
    const [row, b] = placeOn(v, w, ws[r]);
    if (row < 0) { o += us.length; continue; }
    for (let c = 0; c < us.length; c++, o++) {
      if (at[c] < 0 || out[o] === out[o]) continue;
      const q = row * nu + at[c], a = share[c];
      out[o] = (1 - b) * ((1 - a) * values[q] + a * values[q + du]) + b * ((1 - a) * values[q + dw] + a * values[q + dw + du]);
    }
  }
}

export function boxOf(v) {
  return { low: v.origin.slice(), high: v.origin.map((o, a) => o + v.step[a] * (v.size[a] - 1)) };
}
