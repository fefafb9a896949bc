// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// A physicist's corrections, saved as review.json (docs/review.md). Nothing here changes a figure: seedaudit run --review does.
import { h, num, signal } from "./page_tools.js";

export function reviewOf(report) {
  const actions = (report.review?.actions || []).map((a) => ({ ...a })), kept = actions.length;
  const changed = signal(0);
  const highest = Math.max(0, ...report.postop.seeds.map((s) => s.id));
  let waiting = null;
  const own = () => actions.slice(kept);
  return {
    actions, kept, changed, own,
    add: (a) => { actions.push(a); changed.set(changed.get() + 1); },
    drop: (n) => {
      const gone = actions[n];
      actions.splice(n, 1);
      // Ids of added seeds follow their order: an action that names one added later would mean another seed.
      if (gone.action === "add") for (let i = actions.length - 1; i >= kept; i--) if (actions[i].seed > highest) actions.splice(i, 1);
      changed.set(changed.get() + 1);
    },
    wait: (f) => { waiting = f; changed.set(changed.get() + 1); },
    waits: () => waiting !== null,
    place: (mm) => { if (!waiting) return false; const f = waiting; waiting = null; f(mm); changed.set(changed.get() + 1); return true; },
    /** Seeds as the corrections leave them, for drawing. */
    shownSeeds: () => {
      const seeds = report.postop.seeds.map((s) => ({ ...s }));
      let next = highest;
      for (const a of own()) {
        const s = seeds.find((x) => x.id === a.seed);
        if (a.action === "reject" && s) s.rejected = true;
        if (a.action === "move" && s) { s.center_mm = a.center_mm; s.added = true; }
        if (a.action === "add") seeds.push({ id: ++next, center_mm: a.center_mm, direction: a.direction || [0, 0, 1], status: "added", added: true });
      }
      return seeds;
    },
  };
}

// A review is tied to its report by the hashes of inputs and findings: a report without them offers none.
export const canBeReviewed = (report) => Boolean(report.provenance.findings_sha256 && report.provenance.inputs_sha256);

// The program's own result beside that of the review which this report carries; every target has a pair of rows.
function bothResults({ reviewer, date, before, after }) {
  const count = (f) => `${f.seed_count} (${f.count_interval[0]} to ${f.count_interval[1]})`;
  const row = (name, ...cells) => h("tr", h("th", { scope: "row" }, name), cells.map((c) => h("td.num", c)));
  const rows = [row("seeds", count(before), count(after)), row("may be used", before.status, after.status), row("verdict", before.verdict, after.verdict)];
  after.targets.forEach((now, n) => {
    const was = before.targets[n]?.name === now.name && before.targets[n]?.contour === now.contour ? before.targets[n] : {}, name = `${now.name} (${now.contour})`;
    rows.push(row(`D90 of ${name}, Gy`, num(was.d90_gy, 1), num(now.d90_gy, 1)), row(`V100 of ${name}, %`, num(was.v100_pct, 1), num(now.v100_pct, 1)));
  });
  return h("table", h("caption", `Reviewed by ${reviewer}, ${date}`), h("thead", h("tr", h("th"), h("th.num", "the program's own"), h("th.num", "as reviewed"))), h("tbody", rows));
}

export function reviewView({ report }, state) {
  const review = state.review, node = h("section.card", h("h2", "Review"));
  node.id = "review";
  const who = h("input", { type: "text", maxlength: 60, "aria-label": "reviewer", placeholder: "your name" }), why = h("input", { type: "text", maxlength: 600, "aria-label": "reason or comment", placeholder: "reason or comment" });
  const count = h("input", { type: "number", min: 0, step: 1, "aria-label": "confirmed count", value: report.postop.seed_count ?? 0 });
  const say = h("output.readout", "\u00a0"), list = h("ol.actions");
  const text = () => why.value.trim();
  const reason = () => (text() ? { reason: text() } : {});
  const needs = (ok, message) => { say.textContent = ok ? "\u00a0" : message; return ok; };
  const chosen = () => state.selected.get();
  const rounded = (mm) => mm.map((x) => Number(x.toFixed(2)));
  const isRejected = (id) => review.actions.some((a) => a.action === "reject" && a.seed === id);
  const usable = () => needs(chosen() != null, "Choose a seed first, in the table or a view.") && needs(!isRejected(chosen()), "That seed is rejected already.");
  const act = {
    "not a seed": () => usable() && needs(text(), "Say why it is none.") && review.add({ action: "reject", seed: chosen(), reason: text() }),
    "move seed": () => { if (!usable()) return; const id = chosen(); say.textContent = `Click in a slice where seed ${id} lies.`; review.wait((mm) => { say.textContent = "\u00a0"; review.add({ action: "move", seed: id, center_mm: rounded(mm), ...reason() }); }); },
    "add seed": () => { say.textContent = "Click in a slice where the seed lies."; review.wait((mm) => { say.textContent = "\u00a0"; review.add({ action: "add", center_mm: rounded(mm), ...reason() }); }); },
    "confirm count": () => needs(count.value !== "" && Number.isInteger(Number(count.value)) && Number(count.value) >= 0, "The count is a whole number.") && needs(!review.actions.some((a) => a.action === "confirm_count"), "The count is confirmed already; remove that line first.") && review.add({ action: "confirm_count", count: Number(count.value), ...reason() }),
    comment: () => needs(text(), "Write the comment first.") && review.add({ action: "comment", text: text(), ...(chosen() != null ? { seed: chosen() } : {}) }),
  };
  const words = (a) => ({ reject: `seed ${a.seed} is not a seed`, move: `seed ${a.seed} lies at (${a.center_mm?.map((x) => num(x, 1)).join(", ")}) mm`, add: `a seed at (${a.center_mm?.map((x) => num(x, 1)).join(", ")}) mm`, confirm_count: `the count is ${a.count}`, comment: (a.seed != null ? `seed ${a.seed}: ` : "") + a.text })[a.action] + (a.reason ? `: ${a.reason}` : "");
  const show = () => list.replaceChildren(...review.actions.map((a, n) => h("li", words(a) + " ", n < review.kept ? h("small", "(applied in this report)") : h("button", { type: "button", onclick: () => review.drop(n) }, "remove"))));
  function save() {
    if (!needs(who.value.trim(), "A review carries the reviewer's name.")) return;
    const day = new Date(), date = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
    const file = { schema_version: "1.0", case_id: report.case_id, inputs_sha256: report.provenance.inputs_sha256, findings_sha256: report.provenance.findings_sha256, reviewer: who.value.trim(), date, actions: review.actions };
    const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(file, null, 2) + "\n"], { type: "application/json" })), download: "review.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say.textContent = "Saved. Apply it with: seedaudit run CASE --review review.json -o REVIEWED";
  }
  const now = h("b");
  const showChosen = () => { now.textContent = chosen() == null ? "no seed chosen" : "seed " + chosen(); };
  state.selected.watch(showChosen); showChosen();
  review.changed.watch(show); show();
  if (report.review) node.append(bothResults(report.review));
  node.append(h("p.hint", "Corrections change no figure here: they are saved as review.json, and seedaudit run --review audits again with them and shows both results."),
    h("div.controls", h("label", "reviewer", who), now, h("label.grow", why), Object.entries(act).map(([n, f]) => h("button", { type: "button", onclick: f }, n)), h("label", "count", count), h("button.primary", { type: "button", onclick: save }, "save review.json")), say, list);
  return node;
}
