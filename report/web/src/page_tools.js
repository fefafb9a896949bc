// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Small helpers of every view: elements, numbers, colours.

/** h("td.num", {title: "x"}, "text", child...) */
export function h(what, props, ...children) {
  const [tag, ...classes] = what.split(".");
  const e = document.createElement(tag || "div");
  if (classes.length) e.className = classes.join(" ");
  if (props && (typeof props !== "object" || props instanceof Node || Array.isArray(props))) { children.unshift(props); props = null; }
  for (const [k, v] of Object.entries(props || {}))
    if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (v === true) e.setAttribute(k, "");
    else if (v !== false && v != null) e.setAttribute(k, v);
  e.append(...children.flat(3).filter((c) => c != null && c !== false));
  return e;
}

export const kNone = "not computed";
export const isNumber = (x) => typeof x === "number" && Number.isFinite(x);
export function num(x, decimals, none = kNone) {
  if (!isNumber(x)) return none;
  const text = x.toFixed(decimals);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
export function signed(x, decimals, none = kNone) {
  const text = num(x, decimals, none);
  return isNumber(x) && x > 0 && Number(text) !== 0 ? "+" + text : text.replace(/^-/, "\u2212");
}
export const interval = (pair, decimals) => (Array.isArray(pair) && pair.every(isNumber) ? `${num(pair[0], decimals)} to ${num(pair[1], decimals)}` : null);

// Okabe and Ito's colours, told apart with every common colour vision; each also has a shape, a dash or a word of its own.
export const colours = { found: "#56b4e9", planned: "#e69f00", alarm: "#d55e00", target: "#00b98a", cold: "#0072b2", advised: "#cc79a7" };
export const isodoses = [
  { pct: 50, colour: "#4a90d9", dash: [2, 3] }, { pct: 80, colour: "#56b4e9", dash: [6, 3] }, { pct: 90, colour: "#1fc49a", dash: [10, 3, 2, 3] },
  { pct: 100, colour: "#f0e442", dash: [] }, { pct: 150, colour: "#e69f00", dash: [8, 2] }, { pct: 200, colour: "#ff7a33", dash: [1, 2] },
];
export const alarming = (status) => status === "migrated" || status === "embolised";
export const seedColour = (s) => (alarming(s.status) ? colours.alarm : s.status === "displaced" || s.status === "misplaced" ? "#f0e442" : colours.found);
export const seedMark = { placed: "\u25cf", displaced: "\u25c6", misplaced: "\u25b2", migrated: "\u2716", embolised: "\u2716", unmatched: "\u25a0", undetermined: "?", lost: "\u2205", not_found: "\u25cb" };

/** A value that views watch. */
export function signal(start) {
  let value = start;
  const watchers = [];
  return { get: () => value, set: (v) => { value = v; watchers.forEach((w) => w(v)); }, watch: (w) => watchers.push(w) };
}

/** Draws once a frame however often it is asked. */
export function onceAFrame(draw) {
  let asked = false;
  return () => { if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; draw(); }); } };
}

export function sizeCanvas(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2), w = Math.max(1, canvas.clientWidth), t = Math.max(1, canvas.clientHeight);
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(t * ratio)) { canvas.width = Math.round(w * ratio); canvas.height = Math.round(t * ratio); }
  return { w, h: t, ratio };
}
