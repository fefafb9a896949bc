// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/outcomes_tables.h"

#include <cmath>

#include "core/outcomes.h"
#include "report/csv_tables.h"
#include "report/outcomes_words.h"

namespace seedaudit {
namespace {

std::string cell(const std::optional<double>& v) { return v && std::isfinite(*v) ? exact_text(*v) : ""; }
std::string cell(const std::optional<ChiSquaredTest>& t) {
  return t ? exact_text(t->chi_squared) + "," + std::to_string(t->degrees) + "," + exact_text(t->p) : ",,";
}

void curve_rows(std::string& out, const std::string& start, const SurvivalCurve& curve) {
  for (const auto& s : curve.steps) {
    out += start + exact_text(s.time_days) + "," + std::to_string(s.at_risk) + "," + std::to_string(s.events) + "," +
           std::to_string(s.censored) + "," + exact_text(s.survival);
    for (const auto& v : {s.se, s.loglog_low, s.loglog_high, s.log_low, s.log_high}) out += "," + cell(v);
    out += "\n";
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : "; ") + w;
  return out;
}

void cox_rows(std::string& out, const std::string& endpoint, const char* model, const CoxAnalysis& a) {
  const auto& m = a.model;
  const std::string start =
      endpoint + "," + model + "," + csv_cell(joined(a.covariates)) + "," + std::to_string(m.n) + "," + std::to_string(m.events) + ",";
  const std::string end = "," + cell(m.likelihood_ratio) + "," + cell(m.wald) + "," + cell(m.score) + "," + cell(m.concordance) + "," +
                          cell(m.proportional_hazards_global) + "," + csv_cell(m.why_not) + "," + csv_cell(joined(a.notes)) + "\n";
  if (m.coefficients.empty()) out += start + std::string(9, ',') + end;
  for (const auto& c : m.coefficients) {
    out += start + csv_cell(c.covariate) + "," + csv_cell(c.level);
    for (const double v : {c.coefficient, c.se, c.hazard_ratio, c.low, c.high, c.z, c.p}) out += "," + exact_text(v);
    std::optional<ChiSquaredTest> hazards;
    for (const auto& h : m.proportional_hazards)
      if (h.covariate == c.covariate) hazards = h.test;
    out += hazards ? "," + exact_text(hazards->p) : ",";
    out += end;
  }
}

}  // namespace

std::string outcomes_survival_csv(const OutcomesSummary& outcomes) {
  std::string out = "endpoint,covariate,group,time_days,at_risk,events,censored,survival,se,low_log_log,high_log_log,low_log,high_log\n";
  for (const auto& e : outcomes.endpoints) {
    curve_rows(out, e.name + ",,,", e.overall);
    for (const auto& g : e.grouped)
      for (std::size_t i = 0; i < g.curves.size(); ++i)
        curve_rows(out, e.name + "," + csv_cell(g.covariate) + "," + csv_cell(g.groups[i]) + ",", g.curves[i]);
  }
  return out;
}

std::string outcomes_incidence_csv(const OutcomesSummary& outcomes) {
  std::string out = "cause,time_days,at_risk,events,censored,incidence,se,low,high\n";
  const auto& ci = outcomes.incidence;
  for (std::size_t k = 0; k < ci.causes.size(); ++k)
    for (const auto& s : ci.steps)
      out += ci.causes[k] + "," + exact_text(s.time_days) + "," + std::to_string(s.at_risk) + "," + std::to_string(s.events[k]) + "," +
             std::to_string(s.censored) + "," + exact_text(s.incidence[k]) + "," + exact_text(s.se[k]) + "," + cell(s.low[k]) + "," +
             cell(s.high[k]) + "\n";
  return out;
}

std::string outcomes_gray_csv(const OutcomesSummary& outcomes) {
  std::string out = "covariate,cause,group,n,events,score,gray,gray_degrees,gray_p,without_value,before_landmark,why_not\n";
  for (const auto& g : outcomes.incidence_by) {
    const std::string end = "," + std::to_string(g.set.without_value) + "," + std::to_string(g.set.before_landmark) + ",";
    if (!g.why_not.empty()) out += csv_cell(g.covariate) + ",,,,,,,," + end + csv_cell(g.why_not) + "\n";
    for (std::size_t k = 0; k < g.tests.size(); ++k)
      for (std::size_t i = 0; i < g.groups.size(); ++i) {
        const auto& t = g.tests[k];
        out += csv_cell(g.covariate) + "," + g.curves[i].causes[k] + "," + csv_cell(g.groups[i]) + "," + std::to_string(g.curves[i].n) +
               "," + std::to_string(events_of(g.curves[i], k)) + "," + exact_text(t.scores[i]) + "," +
               cell(t.why_not.empty() ? std::optional<ChiSquaredTest>(t.test) : std::nullopt) + end + csv_cell(t.why_not) + "\n";
      }
  }
  return out;
}

std::string outcomes_cox_csv(const OutcomesSummary& outcomes) {
  std::string out =
      "endpoint,model,covariates,n,events,covariate,level,coefficient,se,hazard_ratio,low,high,z,p,proportional_hazards_p,"
      "likelihood_ratio,likelihood_ratio_degrees,likelihood_ratio_p,wald,wald_degrees,wald_p,score,score_degrees,score_p,concordance,"
      "proportional_hazards_global,proportional_hazards_global_degrees,proportional_hazards_global_p,why_not,notes\n";
  for (const auto& e : outcomes.endpoints) {
    for (const auto& u : e.univariate) cox_rows(out, e.name, "univariate", u);
    if (e.multivariate) cox_rows(out, e.name, "multivariate", *e.multivariate);
  }
  return out;
}

std::string outcomes_groups_csv(const OutcomesSummary& outcomes) {
  std::string out =
      "endpoint,covariate,group,n,observed,expected,median_days,median_low_log_log,median_high_log_log,log_rank,log_rank_degrees,"
      "log_rank_p,without_value,before_landmark,why_not\n";
  for (const auto& e : outcomes.endpoints)
    for (const auto& g : e.grouped) {
      const std::string start = e.name + "," + csv_cell(g.covariate) + ",",
                        end = "," + std::to_string(g.set.without_value) + "," + std::to_string(g.set.before_landmark) + ",";
      if (!g.why_not.empty()) out += start + ",,,,,,,,," + end + csv_cell(g.why_not) + "\n";
      for (std::size_t i = 0; i < g.curves.size(); ++i) {
        const auto& median = g.curves[i].median;
        out += start + csv_cell(g.groups[i]) + "," + std::to_string(g.test.groups[i].n) + "," + std::to_string(g.test.groups[i].observed) +
               "," + exact_text(g.test.groups[i].expected) + "," + cell(median.days) + "," + cell(median.loglog_low) + "," +
               cell(median.loglog_high) + "," + cell(g.test.why_not.empty() ? std::optional<ChiSquaredTest>(g.test.test) : std::nullopt) +
               end + csv_cell(g.test.why_not) + "\n";
      }
    }
  return out;
}

std::string outcomes_counts_csv(const OutcomesSummary& outcomes) {
  std::string out = "table,row,k,n,low,high\n";
  const auto count = [&](const std::string& table, const std::string& row, int k) {
    out += csv_cell(table) + "," + csv_cell(row) + "," + std::to_string(k) + ",,,\n";
  };
  const auto share = [&](const std::string& table, const std::string& row, const Proportion& p) {
    out += csv_cell(table) + "," + csv_cell(row) + "," + std::to_string(p.k) + "," + std::to_string(p.n) + "," + cell(p.low) + "," +
           cell(p.high) + "\n";
  };
  for (std::size_t i = 0; i < outcomes.responses.size(); ++i) count("response", std::string(kTumourResponses[i]), outcomes.responses[i]);
  if (!outcomes.responses.empty()) count("response", "not recorded", outcomes.responses_missing);
  for (const auto& s : outcomes.response_shares) share("response", s.name, s.share);
  for (const auto& c : outcomes.complications) {
    for (std::size_t g = 0; g < c.by_grade.size(); ++g) count(c.name, "grade " + std::to_string(g), c.by_grade[g]);
    count(c.name, "not recorded", c.not_recorded);
    share(c.name, "grade 1 or more", c.any);
    share(c.name, "grade 3 or more", c.severe);
  }
  return out;
}

}  // namespace seedaudit
