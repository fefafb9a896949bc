// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/cohort_json.h"

#include <cmath>

#include "report/cohort_sections.h"
#include "report/csv_tables.h"
#include "report/json_writer.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

void write(JsonWriter& w, const PairedComparison& p) {
  w.begin_object("paired", JsonWriter::Layout::one_line);
  w.integer("n", static_cast<long long>(p.n));
  w.text_or_null("why_not", p.why_not);
  if (p.why_not.empty()) {
    w.number("mean_difference", p.mean_difference, 6);
    w.numbers("mean_limits", {p.low, p.high}, 6);
    w.number("t", p.t, 6);
    w.number("p", p.p, 10);
    w.numbers("limits_of_agreement", {p.agreement_low, p.agreement_high}, 6);
    w.numbers("lower_limit_limits", {p.agreement_low_low, p.agreement_low_high}, 6);
    w.numbers("upper_limit_limits", {p.agreement_high_low, p.agreement_high_high}, 6);
    w.number("equivalence_margin", p.margin, 6);
    w.number("equivalence_p", p.equivalence_p, 10);
  }
  w.end_object();
}

/// A small p is small, never nought.
std::string p_text(double p) { return p < 0.0001 ? "<0.0001" : fixed(p, 4); }

std::string share_text(const Proportion& p) {
  if (p.n == 0) return "not computed (no implant has the figure)";
  return std::to_string(p.k) + " of " + std::to_string(p.n) + " = " + fixed(100.0 * p.k / p.n, 1) + " % (95 % limits " +
         fixed(100.0 * *p.low, 1) + " to " + fixed(100.0 * *p.high, 1) + ")";
}

std::string cell(const std::optional<double>& v) { return v && std::isfinite(*v) ? decimal_text(*v, 6) : ""; }
std::string cell(const std::optional<int>& v) { return v ? std::to_string(*v) : ""; }

}  // namespace

std::string cohort_json(const CohortSummary& cohort) {
  JsonWriter w;
  w.begin_object();
  w.text("schema_version", "1.0");
  w.begin_object("reports", JsonWriter::Layout::one_line);
  w.integer("ok", static_cast<long long>(cohort.ok));
  w.integer("review", static_cast<long long>(cohort.review));
  w.integer("failed", static_cast<long long>(cohort.failed));
  w.integer("left_out", static_cast<long long>(cohort.left_out.size()));
  w.end_object();
  w.text("period", cohort.period);
  w.integer("bootstrap_replicates", static_cast<long long>(cohort.bootstrap_replicates));
  w.begin_array("times");
  for (const auto& t : cohort.by_time) {
    w.begin_object();
    w.text("time", t.time);
    w.integer("implants", static_cast<long long>(t.implants));
    w.integer("lesions", static_cast<long long>(t.lesions));
    w.integer("patients", static_cast<long long>(t.patients));
    w.integer("implants_without_patient", static_cast<long long>(t.implants_without_patient));
    w.number("limit_d90_pct", t.limit_d90_pct, 3);
    w.number("limit_v100_pct", t.limit_v100_pct, 3);
    write_share(w, "d90_below_limit", t.d90_below_limit, "Wilson");
    write_share(w, "v100_below_limit", t.v100_below_limit, "Wilson");
    w.begin_object("seeds");
    w.integer("implants", static_cast<long long>(t.counted_implants));
    w.integer("planned", static_cast<long long>(t.planned));
    w.integer("found", static_cast<long long>(t.found));
    write_share(w, "migrated", t.migrated, "Clopper-Pearson");
    w.end_object();
    w.begin_array("metrics");
    for (const auto& m : t.metrics) {
      w.begin_object();
      w.text("metric", m.metric);
      write_sample(w, "lesion_before", m.lesion_before);
      write_sample(w, "lesion_after", m.lesion_after);
      write_sample(w, "lesion_change", m.lesion_change);
      write_sample(w, "implant_before", m.implant_before);
      write_sample(w, "implant_after", m.implant_after);
      write_sample(w, "implant_change", m.implant_change);
      write_sample(w, "patient_before", m.patient_before);
      write_sample(w, "patient_after", m.patient_after);
      write_sample(w, "patient_change", m.patient_change);
      write(w, m.paired);
      w.end_object();
    }
    w.end_array();
    write_bootstrap(w, t.bootstrap);
    write_strata(w, t.strata);
    write_charts(w, t);
    w.end_object();
  }
  w.end_array();
  write_outliers(w, cohort.outliers);
  w.begin_array("first_look");
  for (const auto& f : cohort.first_look) {
    w.begin_object({}, JsonWriter::Layout::one_line);
    w.text("case_id", f.case_id);
    w.text("report", f.path);
    w.text("reason", f.reason);
    w.end_object();
  }
  w.end_array();
  w.begin_array("left_out");
  for (const auto& f : cohort.left_out) {
    w.begin_object({}, JsonWriter::Layout::one_line);
    w.text("path", f.path);
    w.text("reason", f.reason);
    w.end_object();
  }
  w.end_array();
  w.end_object();
  return w.take();
}

std::string cohort_summary_csv(const CohortSummary& cohort) {
  std::string out = "time,level,metric,phase,n,mean,sd,median,q1,q3,minimum,maximum\n";
  for (const auto& t : cohort.by_time)
    for (const auto& m : t.metrics) {
      const auto row = [&](const char* level, const char* phase, const SampleSummary& s) {
        out += t.time + "," + level + "," + m.metric + "," + phase + "," + std::to_string(s.n);
        for (const auto& v : {s.mean, s.sd, s.median, s.q1, s.q3, s.minimum, s.maximum}) out += "," + cell(v);
        out += "\n";
      };
      row("lesion", "before", m.lesion_before);
      row("lesion", "after", m.lesion_after);
      row("lesion", "change", m.lesion_change);
      row("implant", "before", m.implant_before);
      row("implant", "after", m.implant_after);
      row("implant", "change", m.implant_change);
      row("patient", "before", m.patient_before);
      row("patient", "after", m.patient_after);
      row("patient", "change", m.patient_change);
    }
  return out;
}

std::string cohort_cases_csv(const CohortSummary& cohort) {
  std::string out = "case_id,report,time,status,verdict,registration,planned_count,seed_count,migrated_count,lesion";
  for (const char* phase : {"preop_", "postop_"})
    for (const auto& [key, member] : kCohortMetrics) out += "," + std::string(phase) + std::string(key);
  for (const auto& [key, words, member] : kCohortQualities) out += ",quality_" + std::string(key);
  out += "\n";
  for (std::size_t i = 0; i < cohort.records.size(); ++i) {
    const auto& r = cohort.records[i];
    const std::string start = csv_cell(r.case_id) + "," + csv_cell(r.path) + "," + cohort.times[i] + "," + r.status + "," +
                              csv_cell(r.verdict) + "," + csv_cell(r.registration) + "," + cell(r.planned_count) + "," +
                              cell(r.seed_count) + "," + cell(r.migrated_count) + ",";
    const auto row = [&](const CohortLesion& l) {
      out += start + csv_cell(l.name);
      for (const auto* phase : {&l.preop, &l.postop})
        for (const auto& [key, member] : kCohortMetrics) out += "," + cell(phase->*member);
      for (const auto& [key, words, member] : kCohortQualities) out += "," + cell(r.quality.*member);
      out += "\n";
    };
    if (r.lesions.empty()) row({});
    for (const auto& l : r.lesions) row(l);
  }
  return out;
}

std::string cohort_text(const CohortSummary& cohort) {
  TextPage page(false);
  page.line("seedaudit cohort: " + std::to_string(cohort.records.size()) + " reports, " + std::to_string(cohort.ok) + " ok, " +
            std::to_string(cohort.review) + " to review, " + std::to_string(cohort.failed) + " failed (in no figure); " +
            std::to_string(cohort.left_out.size()) + " left out");
  for (const auto& t : cohort.by_time) {
    page.rule();
    page.item(t.time, std::to_string(t.implants) + " implants, " + std::to_string(t.lesions) + " lesions, " + patients_text(t));
    page.item("D90 < " + fixed(t.limit_d90_pct, 0) + " %", "of the prescription: " + share_text(t.d90_below_limit));
    page.item("V100 < " + fixed(t.limit_v100_pct, 0) + " %", share_text(t.v100_below_limit));
    page.item("Seeds", "planned " + std::to_string(t.planned) + ", found " + std::to_string(t.found) + " in " +
                           std::to_string(t.counted_implants) + " implants that say both");
    page.item("Migrated", t.migrated.n == 0 ? "not computed (no implant tells)" : share_text(t.migrated));
    page.line("Implants: mean (SD), n");
    page.line(padded("", 14) + right_aligned("planned", 22) + right_aligned("post-implant", 22) + right_aligned("change", 22) +
              right_aligned("p (paired)", 14));
    for (const auto& m : t.metrics) {
      const auto text = [](const SampleSummary& s) {
        return s.n == 0 ? std::string("-") : figure(s.mean, 2) + " (" + figure(s.sd, 2) + "), " + std::to_string(s.n);
      };
      page.line(padded(m.metric, 14) + right_aligned(text(m.implant_before), 22) + right_aligned(text(m.implant_after), 22) +
                right_aligned(text(m.implant_change), 22) + right_aligned(m.paired.why_not.empty() ? p_text(m.paired.p) : "-", 14));
      if (m.paired.equivalence_p)
        page.line(padded("", 14) + "equivalent within " + fixed(*m.paired.margin, 2) + " points: p " + p_text(*m.paired.equivalence_p));
    }
  }
  write_signals(page, cohort);
  page.rule();
  if (cohort.first_look.empty()) page.line("No case asks to be looked at first.");
  for (std::size_t i = 0; i < cohort.first_look.size() && i < 10; ++i)
    page.item(i == 0 ? "Look first" : "", cohort.first_look[i].case_id + ": " + cohort.first_look[i].reason);
  if (cohort.first_look.size() > 10) page.item("", "and " + std::to_string(cohort.first_look.size() - 10) + " more in cohort.json");
  for (const auto& f : cohort.left_out) page.item("Left out", f.path + ": " + f.reason);
  return page.take();
}

}  // namespace seedaudit
