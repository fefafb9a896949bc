// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Figures, strata and outliers of a cohort, from cohort.json as it stands in the page.
import { h, isNumber, num } from "./page_tools.js";

const metricNames = { d90_gy: "D90, Gy", d90_rx_pct: "D90, % of the prescription", v100_pct: "V100, %", v150_pct: "V150, %", v200_pct: "V200, %", ci: "CI", ei: "EI", hi: "HI" };
const factorNames = { site: "Site", scanner: "Scanner (manufacturer)", slice_thickness: "Slice thickness", adjacency: "Adjacency", position: "Position", period: "Period of the implant" };
const digits = (metric) => (/^(ci|ei|hi)$/.test(metric) ? 3 : 1);

const share = (p) => (p.n ? [`${num((100 * p.k) / p.n, 1)} %`, h("small", ` (${num(100 * p.low, 1)} to ${num(100 * p.high, 1)})`)] : "\u2013");
const sample = (s, d) => (s.n ? [isNumber(s.sd) ? `${num(s.mean, d)} (${num(s.sd, d)})` : num(s.mean, d), h("small", ` n ${s.n}`)] : "\u2013");
const pText = (p) => (p < 0.0001 ? "<0.0001" : num(p, 4));
const head = (names) => h("thead", h("tr", names.map((t) => h("th", { scope: "col" }, t))));

export function figures(t) {
  const node = h("section.card.times", h("h2", `Figures of ${t.time}: ${t.implants} implants, ${t.lesions} lesions, ${t.patients ? `${t.patients} patients` : "patients not known"}`));
  const place = h("div.wide"), level = h("select", { "aria-label": "level", onchange: () => fill() }, [["implant", "of implants"], ["lesion", "of lesions"], ["patient", "of patients"]].filter(([v]) => v !== "patient" || t.patients).map(([v, n]) => h("option", { value: v }, n)));
  const fill = () => {
    const of = level.value, known = t.metrics.filter((m) => m[of + "_before"].n || m[of + "_after"].n);
    place.replaceChildren(h("table.figures", head(["mean (SD)", "planned", "post-implant", "change", "p, paired (implants)"]),
      h("tbody", known.map((m) => h("tr", h("th", { scope: "row" }, metricNames[m.metric] || m.metric), ["_before", "_after", "_change"].map((k) => h("td", sample(m[of + k], digits(m.metric)))), h("td", m.paired.why_not ? h("small", m.paired.why_not) : pText(m.paired.p)))))));
  };
  fill();
  const boot = (metric, statistic) => t.bootstrap.find((b) => b.metric === metric && b.statistic === statistic && b.phase === "after");
  const byPatient = (b, unit) => (b && !b.why_not ? ` By patient (bootstrap): ${num(unit * b.limits[0], 1)} to ${num(unit * b.limits[1], 1)}.` : b ? ` By patient: not computed, ${b.why_not}.` : "");
  node.append(h("div.controls", h("label", "figures", level)), place,
    h("p", `D90 below ${num(t.limit_d90_pct, 0)} % of the prescription: `, share(t.d90_below_limit), `, ${t.d90_below_limit.k} of ${t.d90_below_limit.n}.`, byPatient(boot("d90_below_limit", "share"), 100)),
    h("p", `V100 below ${num(t.limit_v100_pct, 0)} %: `, share(t.v100_below_limit), `, ${t.v100_below_limit.k} of ${t.v100_below_limit.n}.`, byPatient(boot("v100_below_limit", "share"), 100)),
    h("p", `Seeds: ${t.seeds.planned} planned, ${t.seeds.found} found in ${t.seeds.implants} implants that say both; migrated `, share(t.seeds.migrated), "."),
    h("p.hint", "In brackets after a share: 95 % limits."));
  return node;
}

export function strata(cohort) {
  const node = h("section.card", { id: "strata" }, h("h2", "Strata"));
  const times = cohort.times.filter((t) => t.strata.length);
  if (!times.length) { node.append(h("p.none", "No audit has figures.")); return node; }
  const time = h("select", { "aria-label": "time", onchange: () => fill() }, times.map((t, i) => h("option", { value: i }, t.time)));
  const place = h("div.wide");
  const fill = () => {
    const t = times[Number(time.value)];
    place.replaceChildren(...[...new Set(t.strata.map((s) => s.factor))].map((factor) => h("table.figures", h("caption", factorNames[factor] || factor), head(["", "implants", "D90, % Rx, mean (SD)", "change, % points", "V100, %, mean (SD)", "D90 below limit", "V100 below limit", "to review", "seeds migrated"]),
      h("tbody", t.strata.filter((s) => s.factor === factor).map((s) => h("tr", h("th", { scope: "row" }, s.stratum), h("td", s.implants), h("td", sample(s.d90_rx_pct_after, 1)), h("td", sample(s.d90_rx_pct_change, 1)), h("td", sample(s.v100_pct_after, 1)), h("td", share(s.d90_below_limit)), h("td", share(s.v100_below_limit)), h("td", share(s.review)), h("td", share(s.migrated))))))));
  };
  fill();
  node.append(h("div.controls", h("label", "time", time)), place, h("p.hint", "Unknown: the report does not say. Adjacency: the plan gives 0.1 cc of an organ at risk, other than the organ of the site, half the prescription or more. In brackets after a share: 95 % limits."));
  return node;
}

export function outliers(cohort, named) {
  const all = cohort.quality_outliers, most = 40;
  return h("section.card", { id: "quality" }, h("h2", `Data quality far from the others (${all.length} figures)`),
    all.length ? h("div.wide", h("table.figures", head(["case", "time", "figure", "value", "median of the time", "robust z"]), h("tbody", [...all].sort((a, b) => Math.abs(b.robust_z) - Math.abs(a.robust_z)).slice(0, most).map((o) => h("tr", h("th", { scope: "row" }, named(o.case_id)), h("td", o.time), h("td", o.measure), h("td", num(o.value, 2)), h("td", num(o.median, 2)), h("td", num(o.robust_z, 1))))))) : h("p.none", "None: no figure lies more than 3.5 robust standard deviations from the median of its time."),
    all.length > most && h("p.hint", `The ${most} farthest; all are in cohort.json.`));
}
