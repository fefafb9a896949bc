// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/cohort_sections.h"

#include <algorithm>
#include <set>

#include "report/csv_tables.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

long long whole(int n) { return n; }

const char* signal_text(int signal) { return signal < 0 ? "below" : signal > 0 ? "above" : "none"; }

void write_p_chart(JsonWriter& w, const PChart& chart) {
  w.begin_object();
  w.text("share", chart.of);
  w.text_or_null("why_not", chart.why_not);
  w.integer("implants_without_date", whole(chart.undated));
  if (chart.why_not.empty()) w.number("center", chart.center, 8);
  w.begin_array("periods");
  for (const auto& p : chart.points) {
    w.begin_object({}, Layout::one_line);
    w.text("period", p.period);
    w.integer("k", whole(p.k));
    w.integer("n", whole(p.n));
    w.boolean("judged", p.judged);
    if (chart.why_not.empty()) {
      w.integer("lower", whole(p.lower));
      w.integer("upper", whole(p.upper));
      w.text("signal", p.judged ? signal_text(p.signal) : "not judged");
    }
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

/// "2024-Q1 above, 2024-Q3 below", or empty.
template <class Points>
std::string signals_of(const Points& points) {
  std::string out;
  for (const auto& p : points)
    if (p.signal != 0) out += (out.empty() ? "" : ", ") + p.period + " " + signal_text(p.signal);
  return out;
}

std::string section_cell(const std::optional<double>& v) { return v ? decimal_text(*v, 6) : ""; }

}  // namespace

void write_sample(JsonWriter& w, const char* key, const SampleSummary& s) {
  w.begin_object(key, Layout::one_line);
  w.integer("n", whole(s.n));
  w.number("mean", s.mean, 6);
  w.number("sd", s.sd, 6);
  w.number("median", s.median, 6);
  w.number("q1", s.q1, 6);
  w.number("q3", s.q3, 6);
  w.number("minimum", s.minimum, 6);
  w.number("maximum", s.maximum, 6);
  w.end_object();
}

void write_share(JsonWriter& w, const char* key, const Proportion& p, const char* method) {
  w.begin_object(key, Layout::one_line);
  w.integer("k", whole(p.k));
  w.integer("n", whole(p.n));
  w.number("low", p.low, 8);
  w.number("high", p.high, 8);
  w.text("limits", method);
  w.end_object();
}

void write_bootstrap(JsonWriter& w, const std::vector<BootstrapInterval>& intervals) {
  w.begin_array("bootstrap");
  for (const auto& b : intervals) {
    w.begin_object({}, Layout::one_line);
    w.text("metric", b.metric);
    w.text("phase", b.phase);
    w.text("statistic", b.statistic);
    w.integer("patients", whole(b.patients));
    w.integer("implants", whole(b.implants));
    w.text_or_null("why_not", b.why_not);
    if (b.why_not.empty()) {
      w.number("estimate", b.estimate, 8);
      w.numbers("limits", {b.low, b.high}, 8);
    }
    w.end_object();
  }
  w.end_array();
}

void write_strata(JsonWriter& w, const std::vector<StratumSummary>& strata) {
  w.begin_array("strata");
  for (const auto& s : strata) {
    w.begin_object();
    w.text("factor", s.factor);
    w.text("stratum", s.stratum);
    w.integer("implants", whole(s.implants));
    write_sample(w, "d90_rx_pct_after", s.d90_after);
    write_sample(w, "d90_rx_pct_change", s.d90_change);
    write_sample(w, "v100_pct_after", s.v100_after);
    write_share(w, "d90_below_limit", s.d90_below_limit, "Wilson");
    write_share(w, "v100_below_limit", s.v100_below_limit, "Wilson");
    write_share(w, "review", s.review, "Wilson");
    write_share(w, "migrated", s.migrated, "Clopper-Pearson");
    w.end_object();
  }
  w.end_array();
}

void write_charts(JsonWriter& w, const CohortTime& time) {
  w.begin_array("p_charts");
  for (const auto& chart : time.p_charts) write_p_chart(w, chart);
  w.end_array();
  const EwmaChart& e = time.ewma;
  w.begin_object("ewma");
  w.text("metric", e.metric);
  w.text_or_null("why_not", e.why_not);
  w.number("lambda", e.lambda, 6);
  w.number("width_sd", e.width, 6);
  w.integer("implants_without_date", whole(e.undated));
  if (e.why_not.empty()) {
    w.number("center", e.center, 6);
    w.number("sd", e.sd, 6);
  }
  w.begin_array("periods");
  for (const auto& p : e.points) {
    w.begin_object({}, Layout::one_line);
    w.text("period", p.period);
    w.integer("n", whole(p.n));
    w.number("mean", p.mean, 6);
    if (e.why_not.empty()) {
      w.number("ewma", p.ewma, 6);
      w.numbers("limits", {p.low, p.high}, 6);
      w.text("signal", signal_text(p.signal));
    }
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

void write_outliers(JsonWriter& w, const std::vector<QualityOutlier>& outliers) {
  w.begin_array("quality_outliers");
  for (const auto& o : outliers) {
    w.begin_object({}, Layout::one_line);
    w.text("case_id", o.case_id);
    w.text("report", o.path);
    w.text("time", o.time);
    w.text("measure", o.measure);
    w.number("value", o.value, 6);
    w.number("median", o.median, 6);
    w.number("robust_z", o.robust_z, 3);
    w.end_object();
  }
  w.end_array();
}

std::string patients_text(const CohortTime& t) {
  if (t.patients == 0) return "patients not known (each implant counts as one)";
  std::string out = std::to_string(t.patients) + " patients";
  if (t.implants_without_patient > 0) out += ", and " + std::to_string(t.implants_without_patient) + " implants of patients not known";
  return out;
}

void write_signals(TextPage& page, const CohortSummary& cohort) {
  for (const auto& t : cohort.by_time) {
    page.rule();
    page.line("Bootstrap, charts and strata, " + t.time);
    for (const auto& b : t.bootstrap) {
      if (b.statistic != "share" && !(b.metric == "d90_rx_pct" && b.phase == "after")) continue;
      const double unit = b.statistic == "share" ? 100.0 : 1.0;
      page.item("", b.statistic + " " + b.metric + ": " +
                        (b.why_not.empty() ? fixed(unit * b.estimate, 1) + " % (95 % limits by patient " + fixed(unit * b.low, 1) + " to " +
                                                 fixed(unit * b.high, 1) + ")"
                                           : "no limits by patient (" + b.why_not + ")"));
    }
    const auto chart = [&](const std::string& name, const std::string& why_not, const std::string& signals, int undated) {
      page.item("", name + ": " +
                        (!why_not.empty()  ? "not computed (" + why_not + ")"
                         : signals.empty() ? "no signal"
                                           : signals) +
                        (undated > 0 ? "; " + std::to_string(undated) + " implants without a date" : ""));
    };
    for (const auto& c : t.p_charts) chart("p chart by " + cohort.period + " of " + c.of, c.why_not, signals_of(c.points), c.undated);
    chart("EWMA by " + cohort.period + " of " + t.ewma.metric, t.ewma.why_not, signals_of(t.ewma.points), t.ewma.undated);
    std::string unknown;
    for (const auto& s : t.strata)
      if (s.stratum == "unknown") unknown += (unknown.empty() ? "" : ", ") + s.factor + " of " + std::to_string(s.implants);
    page.item("", "strata.csv has the strata; not known: " + (unknown.empty() ? "none" : unknown));
  }
  if (cohort.outliers.empty()) return;
  page.rule();
  std::set<std::string> cases;
  for (const auto& o : cohort.outliers) cases.insert(o.case_id);
  page.line("Data quality far from the others (robust z beyond 3.5): " + std::to_string(cohort.outliers.size()) + " figures of " +
            std::to_string(cases.size()) + " cases");
  // Of each time the farthest, so that one time does not hide another.
  std::string time;
  int shown = 0;
  for (const auto& o : cohort.outliers) {
    if (o.time != time) shown = 0;
    time = o.time;
    if (++shown > 5) continue;
    page.item("", o.case_id + " (" + o.time + "): " + o.words + " " + decimal_text(o.value, 3) + ", median " + decimal_text(o.median, 3) +
                      ", z " + fixed(o.robust_z, 1));
  }
}

std::string cohort_strata_csv(const CohortSummary& cohort) {
  std::string out = "time,factor,stratum,implants";
  for (const char* sample : {"d90_rx_pct_after", "d90_rx_pct_change", "v100_pct_after"})
    for (const char* figure : {"n", "mean", "sd", "median", "q1", "q3"}) out += std::string(",") + sample + "_" + figure;
  for (const char* share : {"d90_below_limit", "v100_below_limit", "review", "migrated"})
    for (const char* figure : {"k", "n", "low", "high"}) out += std::string(",") + share + "_" + figure;
  out += "\n";
  for (const auto& t : cohort.by_time)
    for (const auto& s : t.strata) {
      out += t.time + "," + s.factor + "," + csv_cell(s.stratum) + "," + std::to_string(s.implants);
      for (const auto* sample : {&s.d90_after, &s.d90_change, &s.v100_after}) {
        out += "," + std::to_string(sample->n);
        for (const auto& v : {sample->mean, sample->sd, sample->median, sample->q1, sample->q3}) out += "," + section_cell(v);
      }
      for (const auto* share : {&s.d90_below_limit, &s.v100_below_limit, &s.review, &s.migrated})
        out += "," + std::to_string(share->k) + "," + std::to_string(share->n) + "," + section_cell(share->low) + "," +
               section_cell(share->high);
      out += "\n";
    }
  return out;
}

}  // namespace seedaudit
