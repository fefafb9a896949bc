// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/outcomes_json.h"

#include <algorithm>
#include <cmath>

#include "core/outcomes.h"
#include "report/json_writer.h"
#include "report/outcomes_words.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

/// Decimals that give ten significant digits, so that a small p stays one.
int decimals_of(double v) {
  if (v == 0.0 || !std::isfinite(v)) return 0;
  return std::min(40, std::max(0, 9 - static_cast<int>(std::floor(std::log10(std::abs(v))))));
}

void number(JsonWriter& w, const char* key, const std::optional<double>& value) {
  if (value && *value != 0.0 && std::abs(*value) < 1e-30)
    w.number(key, std::copysign(1e-30, *value), 40);
  else if (value)
    w.number(key, *value, decimals_of(*value));
  else
    w.null(key);
}

void integer(JsonWriter& w, const char* key, int value) { w.integer(key, static_cast<long long>(value)); }

void test(JsonWriter& w, const char* key, const std::optional<ChiSquaredTest>& t) {
  if (!t) return w.null(key);
  w.begin_object(key, Layout::one_line);
  number(w, "chi_squared", t->chi_squared);
  integer(w, "degrees", t->degrees);
  number(w, "p", t->p);
  w.end_object();
}

void median(JsonWriter& w, const char* key, const MedianTime& m) {
  w.begin_object(key, Layout::one_line);
  number(w, "days", m.days);
  number(w, "low_log_log", m.loglog_low);
  number(w, "high_log_log", m.loglog_high);
  number(w, "low_log", m.log_low);
  number(w, "high_log", m.log_high);
  w.end_object();
}

void set(JsonWriter& w, const AnalysisSet& s) {
  integer(w, "n", s.n);
  integer(w, "without_value", s.without_value);
  integer(w, "before_landmark", s.before_landmark);
  number(w, "landmark_days", s.landmark_days);
}

void share(JsonWriter& w, const char* key, const Proportion& p) {
  w.begin_object(key, Layout::one_line);
  integer(w, "k", p.k);
  integer(w, "n", p.n);
  number(w, "low", p.low);
  number(w, "high", p.high);
  w.text("limits", "Clopper-Pearson");
  w.end_object();
}

void texts(JsonWriter& w, const char* key, const std::vector<std::string>& values) {
  w.begin_array(key);
  for (const auto& v : values) w.text({}, v);
  w.end_array();
}

void grouped(JsonWriter& w, const GroupedCurves& g) {
  w.begin_object();
  w.text("covariate", g.covariate);
  set(w, g.set);
  w.text_or_null("why_not", g.why_not);
  if (g.why_not.empty()) {
    w.begin_array("groups");
    for (std::size_t i = 0; i < g.groups.size(); ++i) {
      w.begin_object({}, Layout::one_line);
      w.text("group", g.groups[i]);
      integer(w, "n", g.test.groups[i].n);
      integer(w, "observed", g.test.groups[i].observed);
      number(w, "expected", g.test.groups[i].expected);
      median(w, "median", g.curves[i].median);
      w.end_object();
    }
    w.end_array();
    w.text_or_null("log_rank_why_not", g.test.why_not);
    test(w, "log_rank", g.test.why_not.empty() ? std::optional<ChiSquaredTest>(g.test.test) : std::nullopt);
  }
  w.end_object();
}

void incidence_by(JsonWriter& w, const GroupedIncidence& g) {
  w.begin_object();
  w.text("covariate", g.covariate);
  set(w, g.set);
  w.text_or_null("why_not", g.why_not);
  w.begin_array("tests");
  for (std::size_t k = 0; k < g.tests.size(); ++k) {
    const auto& t = g.tests[k];
    w.begin_object();
    w.text("cause", g.curves.front().causes[k]);
    w.text_or_null("gray_why_not", t.why_not);
    test(w, "gray", t.why_not.empty() ? std::optional<ChiSquaredTest>(t.test) : std::nullopt);
    w.begin_array("groups");
    for (std::size_t i = 0; i < g.groups.size(); ++i) {
      w.begin_object({}, Layout::one_line);
      w.text("group", g.groups[i]);
      integer(w, "n", g.curves[i].n);
      integer(w, "events", events_of(g.curves[i], k));
      number(w, "score", t.scores[i]);
      w.end_object();
    }
    w.end_array();
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

void cox(JsonWriter& w, const CoxAnalysis& a) {
  w.begin_object();
  texts(w, "covariates", a.covariates);
  set(w, a.set);
  const CoxModel& m = a.model;
  integer(w, "events", m.events);
  number(w, "events_per_coefficient", a.events_per_coefficient);
  w.text_or_null("why_not", m.why_not);
  w.begin_array("coefficients");
  for (const auto& c : m.coefficients) {
    w.begin_object({}, Layout::one_line);
    w.text("covariate", c.covariate);
    w.text_or_null("level", c.level);
    number(w, "coefficient", c.coefficient);
    number(w, "se", c.se);
    number(w, "hazard_ratio", c.hazard_ratio);
    number(w, "low", c.low);
    number(w, "high", c.high);
    number(w, "z", c.z);
    number(w, "p", c.p);
    w.end_object();
  }
  w.end_array();
  number(w, "log_likelihood_null", m.log_likelihood_null);
  number(w, "log_likelihood", m.log_likelihood);
  test(w, "wald", m.wald);
  test(w, "likelihood_ratio", m.likelihood_ratio);
  test(w, "score", m.score);
  number(w, "concordance", m.concordance);
  w.begin_array("proportional_hazards");
  for (const auto& h : m.proportional_hazards) {
    w.begin_object({}, Layout::one_line);
    w.text("covariate", h.covariate);
    test(w, "test", h.test);
    w.end_object();
  }
  w.end_array();
  test(w, "proportional_hazards_global", m.proportional_hazards_global);
  texts(w, "notes", a.notes);
  w.end_object();
}

void endpoint(JsonWriter& w, const EndpointSummary& e) {
  w.begin_object();
  w.text("endpoint", e.name);
  w.text("event", e.event);
  w.text("censored", e.censored);
  w.boolean("competing", e.competing);
  integer(w, "n", e.n);
  integer(w, "events", e.events);
  median(w, "median", e.overall.median);
  median(w, "follow_up", e.follow_up);
  w.begin_array("at");
  for (const auto& a : e.at) {
    w.begin_object({}, Layout::one_line);
    number(w, "days", a.time_days);
    w.boolean("beyond_follow_up", a.beyond);
    const auto& s = a.step;
    const bool before = !s && !a.beyond;
    number(w, "survival", s ? std::optional<double>(s->survival) : before ? std::optional<double>(1.0) : std::nullopt);
    number(w, "se", s ? s->se : std::nullopt);
    number(w, "low_log_log", s ? s->loglog_low : std::nullopt);
    number(w, "high_log_log", s ? s->loglog_high : std::nullopt);
    number(w, "low_log", s ? s->log_low : std::nullopt);
    number(w, "high_log", s ? s->log_high : std::nullopt);
    w.end_object();
  }
  w.end_array();
  w.begin_array("groups");
  for (const auto& g : e.grouped) grouped(w, g);
  w.end_array();
  w.begin_array("univariate");
  for (const auto& u : e.univariate) cox(w, u);
  w.end_array();
  w.text_or_null("multivariate_why_not", e.multivariate_why_not);
  w.begin_array("multivariate");
  if (e.multivariate) cox(w, *e.multivariate);
  w.end_array();
  w.end_object();
}

void matching(JsonWriter& w, const OutcomesSummary& o) {
  w.begin_object("matching");
  integer(w, "rows", o.rows);
  integer(w, "patients", o.patients);
  integer(w, "audits_matched", o.audits_matched);
  w.boolean("patients_known", o.patients_known);
  integer(w, "zero_times", o.zero_times);
  w.begin_array("rows_without_audit");
  for (const auto& r : o.rows_without_audit) {
    w.begin_object({}, Layout::one_line);
    integer(w, "line", r.line);
    w.text("reason", r.reason);
    w.end_object();
  }
  w.end_array();
  texts(w, "audits_without_row", o.audits_without_row);
  w.end_object();
}

void responses(JsonWriter& w, const OutcomesSummary& o) {
  w.begin_object("responses");
  for (std::size_t i = 0; i < o.responses.size(); ++i) integer(w, std::string(kTumourResponses[i]).c_str(), o.responses[i]);
  integer(w, "not_recorded", o.responses_missing);
  w.begin_array("shares");
  for (const auto& s : o.response_shares) {
    w.begin_object({}, Layout::one_line);
    w.text("name", s.name);
    share(w, "share", s.share);
    w.end_object();
  }
  w.end_array();
  w.end_object();
}

}  // namespace

std::string outcomes_json(const OutcomesSummary& outcomes) {
  JsonWriter w;
  w.begin_object();
  w.text("schema_version", "1.0");
  w.text("limits", "95 %, two-sided; of survival log-log unless the name says log");
  matching(w, outcomes);
  texts(w, "notes", outcomes.notes);
  w.begin_array("endpoints");
  for (const auto& e : outcomes.endpoints) endpoint(w, e);
  w.end_array();
  texts(w, "causes", outcomes.incidence.causes);
  w.begin_array("incidence_by");
  for (const auto& g : outcomes.incidence_by) incidence_by(w, g);
  w.end_array();
  if (outcomes.responses.empty())
    w.null("responses");
  else
    responses(w, outcomes);
  w.begin_array("complications");
  for (const auto& c : outcomes.complications) {
    w.begin_object();
    w.text("complication", c.name);
    w.numbers("by_grade", std::vector<double>(c.by_grade.begin(), c.by_grade.end()), 0);
    integer(w, "not_recorded", c.not_recorded);
    share(w, "any_grade", c.any);
    share(w, "grade_3_or_more", c.severe);
    w.end_object();
  }
  w.end_array();
  w.end_object();
  return w.take();
}

}  // namespace seedaudit
