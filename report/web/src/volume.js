// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Images and doses as report/page_volume.cpp packs them.

async function inflate(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The samples of report/packed_samples.h: row-wise zigzag differences, low bytes first. */
export async function unpack(text, row) {
  const bytes = await inflate(text);
  const n = bytes.length / 2;
  const out = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    const folded = bytes[i] | (bytes[n + i] << 8);
    const step = folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
    out[i] = ((i % row === 0 ? 0 : out[i - 1]) + step) & 0xffff;
  }
  return out;
}

/** {size, origin, step, first, unit, most, data}; null stays null. */
export async function readVolume(packed) {
  if (!packed) return null;
  const data = await unpack(packed.data, packed.size[0]);
  const [nx, ny, nz] = packed.size;
  if (data.length !== nx * ny * nz) throw new Error("an image of this page is not whole");
  return { size: packed.size, origin: packed.origin_mm, step: packed.step_mm, first: packed.first, unit: packed.unit, most: packed.most, data };
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

export function boxOf(v) {
  return { low: v.origin.slice(), high: v.origin.map((o, a) => o + v.step[a] * (v.size[a] - 1)) };
}
