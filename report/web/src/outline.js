// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// A target's contours as a smooth field: 1 inside, 0 outside, 0.5 on the surface. For drawing; figures come from the contours themselves.

const kCell = 0.5; // mm within a contour's plane
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => { const n = Math.hypot(...a) || 1; return a.map((x) => x / n); };

function normalOf(flat) { // Newell
  const n = [0, 0, 0];
  const count = flat.length / 3;
  for (let i = 0; i < count; i++) {
    const p = flat.slice(3 * i, 3 * i + 3), q = flat.slice(3 * ((i + 1) % count), 3 * ((i + 1) % count) + 3);
    n[0] += (p[1] - q[1]) * (p[2] + q[2]); n[1] += (p[2] - q[2]) * (p[0] + q[0]); n[2] += (p[0] - q[0]) * (p[1] + q[1]);
  }
  return n;
}

function fill(polygons, u0, v0, w, h) { // even-odd, so that holes are holes
  const bits = new Float32Array(w * h);
  for (let r = 0; r < h; r++) {
    const y = v0 + r * kCell, at = [];
    for (const p of polygons)
      for (let i = 0; i < p.length; i++) {
        const a = p[i], b = p[(i + 1) % p.length];
        if ((a[1] <= y) !== (b[1] <= y)) at.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
      }
    at.sort((a, b) => a - b);
    for (let n = 0; n + 1 < at.length; n += 2)
      for (let c = Math.max(0, Math.ceil((at[n] - u0) / kCell)); c <= Math.min(w - 1, Math.floor((at[n + 1] - u0) / kCell)); c++) bits[r * w + c] = 1;
  }
  const smooth = new Float32Array(w * h);
  for (let r = 1; r + 1 < h; r++)
    for (let c = 1; c + 1 < w; c++) {
      let sum = 0;
      for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) sum += bits[(r + y) * w + c + x];
      smooth[r * w + c] = sum / 9;
    }
  return smooth;
}

/** {name, at(x,y,z), low, high} or null where there is no contour. */
export function outlineOf(target) {
  const contours = target.contours.filter((c) => c.length >= 9);
  if (!contours.length) return null;
  let n = [0, 0, 0];
  for (const c of contours) {
    const m = normalOf(c);
    n = n.map((x, a) => x + (dot(m, n) < 0 ? -m[a] : m[a]));
  }
  n = unit(n);
  const u = unit(Math.abs(n[0]) < 0.9 ? cross([1, 0, 0], n) : cross([0, 1, 0], n)), v = cross(n, u);
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  let u0 = Infinity, u1 = -Infinity, v0 = Infinity, v1 = -Infinity;
  const planes = [];
  for (const c of contours) {
    const points = [];
    let w = 0;
    for (let i = 0; i < c.length; i += 3) {
      const p = [c[i], c[i + 1], c[i + 2]];
      p.forEach((x, a) => { low[a] = Math.min(low[a], x); high[a] = Math.max(high[a], x); });
      const q = [dot(p, u), dot(p, v)];
      u0 = Math.min(u0, q[0]); u1 = Math.max(u1, q[0]); v0 = Math.min(v0, q[1]); v1 = Math.max(v1, q[1]);
      points.push(q);
      w += dot(p, n);
    }
    w /= points.length;
    const same = planes.find((x) => Math.abs(x.w - w) < 0.25);
    if (same) same.polygons.push(points); else planes.push({ w, polygons: [points] });
  }
  planes.sort((a, b) => a.w - b.w);
  u0 -= 2; v0 -= 2;
  const width = Math.ceil((u1 + 2 - u0) / kCell) + 1, height = Math.ceil((v1 + 2 - v0) / kCell) + 1;
  for (const p of planes) p.bits = fill(p.polygons, u0, v0, width, height);
  let gap = 2.5;
  for (let i = 1; i < planes.length; i++) gap = i === 1 ? planes[1].w - planes[0].w : Math.min(gap, planes[i].w - planes[i - 1].w);
  const read = (bits, a, b) => {
    const x = (a - u0) / kCell, y = (b - v0) / kCell, i = Math.floor(x), j = Math.floor(y);
    if (i < 0 || j < 0 || i + 1 >= width || j + 1 >= height) return 0;
    const s = x - i, t = y - j, o = j * width + i;
    return (1 - t) * ((1 - s) * bits[o] + s * bits[o + 1]) + t * ((1 - s) * bits[o + width] + s * bits[o + width + 1]);
  };
  const at = (x, y, z) => {
    const w = x * n[0] + y * n[1] + z * n[2], first = planes[0], last = planes[planes.length - 1];
    if (w < first.w - gap || w > last.w + gap) return 0;
    const a = x * u[0] + y * u[1] + z * u[2], b = x * v[0] + y * v[1] + z * v[2];
    if (a < u0 || b < v0 || a > u1 + 2 || b > v1 + 2) return 0;
    if (w <= first.w) return read(first.bits, a, b) * (1 - (first.w - w) / gap);
    if (w >= last.w) return read(last.bits, a, b) * (1 - (w - last.w) / gap);
    let i = 1;
    while (planes[i].w < w) i++;
    const t = (w - planes[i - 1].w) / (planes[i].w - planes[i - 1].w);
    return (1 - t) * read(planes[i - 1].bits, a, b) + t * read(planes[i].bits, a, b);
  };
  return { name: target.name, at, low: low.map((x) => x - gap - 1), high: high.map((x) => x + gap + 1) };
}

/** Line segments [x0,y0,x1,y1,...] in grid steps where values cross a level (marching squares). */
export function levelLines(values, width, height, level) {
  const out = [];
  for (let j = 0; j + 1 < height; j++)
    for (let i = 0; i + 1 < width; i++) {
      const o = j * width + i;
      const a = values[o] - level, b = values[o + 1] - level, c = values[o + width + 1] - level, d = values[o + width] - level;
      const on = [];
      if (a > 0 !== b > 0) on.push(i + a / (a - b), j);
      if (b > 0 !== c > 0) on.push(i + 1, j + b / (b - c));
      if (c > 0 !== d > 0) on.push(i + 1 - c / (c - d), j + 1);
      if (d > 0 !== a > 0) on.push(i, j + 1 - d / (d - a));
      for (let n = 0; n + 3 < on.length; n += 4) out.push(on[n], on[n + 1], on[n + 2], on[n + 3]);
    }
  return out;
}

/** Surface where f crosses 0 in the box (naive surface nets): {positions, index}. */
export function surfaceOf(f, low, high, step) {
  const n = [0, 1, 2].map((a) => Math.max(2, Math.ceil((high[a] - low[a]) / step) + 1));
  const [nx, ny, nz] = n;
  const value = new Float32Array(nx * ny * nz);
  for (let k = 0, o = 0; k < nz; k++) for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++, o++) value[o] = f(low[0] + i * step, low[1] + j * step, low[2] + k * step);
  const inside = Uint8Array.from(value, (x) => (x > 0 ? 1 : 0)), strides = [1, nx, nx * ny];
  const vertex = new Int32Array(value.length).fill(-1), positions = [], index = [];
  for (let k = 0; k + 1 < nz; k++)
    for (let j = 0; j + 1 < ny; j++)
      for (let i = 0, o = nx * (j + ny * k); i + 1 < nx; i++, o++) {
        const corners = inside[o] + inside[o + 1] + inside[o + nx] + inside[o + nx + 1] + inside[o + nx * ny] + inside[o + nx * ny + 1] + inside[o + nx * ny + nx] + inside[o + nx * ny + nx + 1];
        if (corners === 0 || corners === 8) continue;
        let count = 0;
        const sum = [0, 0, 0];
        for (let e = 0; e < 12; e++) {
          const a = e >> 2, b = (a + 1) % 3, c = (a + 2) % 3, p = (e & 1) * strides[b] + (e >> 1 & 1) * strides[c] + o, q = p + strides[a];
          if (inside[p] === inside[q]) continue;
          count++;
          sum[a] += value[p] / (value[p] - value[q]); sum[b] += e & 1; sum[c] += e >> 1 & 1;
        }
        vertex[o] = positions.length / 3;
        positions.push(low[0] + (i + sum[0] / count) * step, low[1] + (j + sum[1] / count) * step, low[2] + (k + sum[2] / count) * step);
      }
  for (let k = 1; k + 1 < nz; k++)
    for (let j = 1; j + 1 < ny; j++)
      for (let i = 1, o = 1 + nx * (j + ny * k); i + 1 < nx; i++, o++)
        for (let a = 0; a < 3; a++) {
          if (inside[o] === inside[o + strides[a]]) continue;
          const b = strides[(a + 1) % 3], c = strides[(a + 2) % 3], v0 = vertex[o], v1 = vertex[o - b], v2 = vertex[o - b - c], v3 = vertex[o - c];
          if (v0 < 0 || v1 < 0 || v2 < 0 || v3 < 0) continue;
          if (inside[o]) index.push(v0, v1, v2, v0, v2, v3); else index.push(v0, v2, v1, v0, v3, v2);
        }
  return { positions, index };
}
