// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The first screen: may the figures be used, what do they say, what is to be done.
import { alarming, h, interval, isNumber, kNone, num, signed } from "./page_tools.js";

const trustWords = { ok: ["\u2713 may be used", "The figures may be used."], review: ["! look first", "The figures may be used after a person has looked."], failed: ["\u2716 failed", "A step that the audit needs did not succeed. What did not need it is shown; the rest is not computed."] };
const verdictWords = { green: "\u2713 green", amber: "! amber", red: "\u2716 red", urgent: "\u2716\u2716 urgent", not_assessed: "? not assessed" };

/** Targets the verdict rests on: of one drawn after the implant and mapped, the drawn one. */
export function judged(report) {
  const targets = (report.dose?.structures || []).filter((s) => s.role === "target");
  return targets.filter((s) => s.contour === "postop" || !targets.some((t) => t.name === s.name && t.contour === "postop"));
}

export function nextSteps(report) {
  const out = [], seeds = report.postop.seeds, gone = seeds.filter((s) => alarming(s.status)), advice = report.undercoverage?.supplement;
  if (report.status === "failed") out.push(`Do not use a dose figure of this audit: ${report.status_reason}. Mend what the messages name, then run it again.`);
  if (report.status === "review") out.push(`Have a physicist look at seeds and registration below before a figure is used: ${report.status_reason}.`);
  const v = report.undercoverage?.verdict;
  if (v === "urgent" || v === "red") out.push("Show the coverage to the physician in charge: it is below the limits, and supplementary seeds are to be considered.");
  if (v === "amber") out.push("Review the coverage: a figure lies below its goal, or is far below the plan.");
  if (v === "green") out.push("By these limits the coverage asks for nothing.");
  if (v === "not_assessed" || !v) out.push("Coverage was not assessed; the messages say what was missing.");
  if (advice && advice.outcome !== "not_needed") out.push(advice.outcome === "reachable" ? `Supplement, advice to check: ${advice.why}.` : `No supplement that reaches the goal was found: ${advice.why}.`);
  if (gone.length) out.push(`Seeds that left the implant: ${gone.map((s) => `${s.id} (${s.status}${s.region ? ", " + s.region : ""})`).join(", ")}. Confirm them on the images, and tell the physician.`);
  const missing = report.postop.missing || [];
  if (missing.length) out.push(`${missing.length} planned ${missing.length === 1 ? "seed was" : "seeds were"} not found: compare with the implant record.`);
  return out;
}

const metrics = [["D90", "d90_gy", "Gy", 1], ["V100", "v100_pct", "%", 1], ["V150", "v150_pct", "%", 1], ["V200", "v200_pct", "%", 1], ["D95", "d95_gy", "Gy", 1], ["D80", "d80_gy", "Gy", 1], ["Mean dose", "dmean_gy", "Gy", 1], ["CI", "ci", "", 2], ["EI", "ei", "", 2], ["HI", "hi", "", 2], ["D2cc", "d2cc_gy", "Gy", 1], ["D0.1cc", "d0_1cc_gy", "Gy", 1]];

export function doseTable(report, s) {
  const rx = report.dose?.rx_gy, rows = s.role === "target" ? metrics.slice(0, 10) : metrics.slice(9 + 1).concat([metrics[6]]);
  return h("table.figures", h("caption", `${s.name}, ${s.contour === "postop" ? "drawn on the post-op scan" : "mapped from the plan"}`),
    h("thead", h("tr", ["", "plan", "as found", "95 % interval", "change"].map((t) => h("th", { scope: "col" }, t)))),
    h("tbody", rows.map(([name, k, unit, d]) => {
      const both = k === "d90_gy" || k === "v100_pct", pair = both && interval(s.postop?.[k + "_interval"], d), change = s.delta?.[k.replace(/_pct$/, "_pct_points")];
      const share = k === "d90_gy" && rx ? (x) => (isNumber(x) ? ` (${num((100 * x) / rx, 1)} %)` : "") : () => "";
      return h("tr" + (both ? ".main" : ""), h("th", { scope: "row" }, name, unit && h("small", " " + unit)), h("td", num(s.preop?.[k], d), h("small", share(s.preop?.[k]))), h("td", num(s.postop?.[k], d), h("small", share(s.postop?.[k]))), h("td", both ? pair || kNone : ""), h("td", signed(change, d), unit === "%" && isNumber(change) && h("small", " points")));
    })));
}

export function summaryView({ report, page }, theme) {
  const p = report.postop, c = p.counts || {}, v = report.undercoverage?.verdict || "not_assessed", targets = judged(report);
  const trust = trustWords[report.status];
  const reason = targets.find((t) => t.undercoverage?.verdict === v)?.undercoverage?.reason;
  const range = Array.isArray(p.count_interval) && p.count_interval[0] !== p.count_interval[1] ? `the image supports ${p.count_interval[0]} to ${p.count_interval[1]}` : Array.isArray(p.count_interval) ? "the image supports no other count" : "";
  const flags = report.flags || [], order = { action: 0, warn: 1, info: 2 };
  const flagList = (list) => h("ul.flags", list.map((f) => h("li." + f.severity, h("b", { action: "\u2716 act: ", warn: "! note: ", info: "i " }[f.severity]), f.message, h("code", f.code))));
  const loud = flags.filter((f) => f.severity !== "info").sort((a, b) => order[a.severity] - order[b.severity]), quiet = flags.filter((f) => f.severity === "info");
  const node = h("section.first",
    h("div.badges",
      h("div.badge." + report.status, h("small", "may the figures be used?"), h("strong", trust[0]), h("span", trust[1], report.status === "ok" ? "" : ` Why: ${report.status_reason}.`)),
      h("div.badge.v-" + v, h("small", "verdict on coverage"), h("strong", verdictWords[v]), h("span", v === "not_assessed" ? `No figure of a target may be judged${report.dose ? "; the messages say why." : `: ${report.status_reason}.`}` : reason || "")),
      h("div.badge.plain", h("small", "seeds found"), h("strong", p.seed_count ?? kNone), h("span", `planned ${p.planned_count ?? "unknown"}, implanted ${p.implanted_count ?? "not recorded"}`, range && "; " + range, c.uncertain ? `; ${c.uncertain} uncertain` : "", isNumber(c.out_of_site) ? `; out of site ${c.out_of_site}` : "")),
      ...["d90_gy", "v100_pct"].map((k) => {
        const t = targets[0], x = t?.postop?.[k], u = k === "d90_gy" ? "Gy" : "%";
        return h("div.badge.plain", h("small", `${k === "d90_gy" ? "D90" : "V100"}${t ? " of " + t.name : ""}, as found`), h("strong", isNumber(x) ? `${num(x, 1)} ${u}` : kNone),
          h("span", isNumber(x) ? [`95 % ${interval(t.postop[k + "_interval"], 1) || kNone}; plan ${num(t.preop?.[k], 1)}, change ${signed(t.delta?.[k.replace("_pct", "_pct_points")], 1)}`] : report.dose ? "the messages say why" : report.status_reason));
      })),
    h("div.columns",
      h("div.card", h("h2", "What to do next"), h("ol.next", nextSteps(report).map((t) => h("li", t))), h("h2", "Messages"), loud.length ? flagList(loud) : h("p.none", "Nothing that asks for action."), quiet.length > 0 && h("details", h("summary", `${quiet.length} for information`), flagList(quiet))),
      h("div.card", h("h2", "Dose to the target"), targets.length ? targets.map((s) => doseTable(report, s)) : h("p.none", "Not computed: no target carries a dose in this audit."),
        report.dose && h("p.hint", `Prescription ${num(report.dose.rx_gy, 1, "unknown")} Gy. To infinity, ${report.dose.formalism}, source ${report.dose.source_model}${report.dose.source_is_surrogate ? " (assumed: a surrogate)" : ""}, ${num(report.dose.strength_u, 3)} U per seed; ${num(100 * report.dose.fraction_delivered, 0)} % was delivered by the day of the scan${isNumber(report.dose.days_since_implant) ? `, ${num(report.dose.days_since_implant, 0)} days after the implant` : ""}. V100: share of the target that receives at least the prescription. D90: least dose to the best covered 90 %.`))));
  node.id = "summary";
  return node;
}
