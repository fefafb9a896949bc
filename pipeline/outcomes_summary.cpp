// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcomes_summary.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/date.h"
#include "pipeline/cox_model.h"
#include "pipeline/cumulative_incidence.h"
#include "pipeline/gray_test.h"
#include "pipeline/kaplan_meier.h"
#include "pipeline/outcome_groups.h"
#include "pipeline/outcome_tables.h"

namespace seedaudit {
namespace {

constexpr double kYear = 365.25;
constexpr int kEventsPerCoefficient = 10;

double days(std::chrono::sys_days from, std::chrono::sys_days to) { return static_cast<double>((to - from).count()); }

/// The observation of a patient under an endpoint; absent: the file does not say.
using Observe = std::optional<Observation> (*)(const OutcomeRow&);

struct Endpoint {
  const char *name, *event, *censored;
  Observe observe;
  bool competing;
};

bool happened(const MatchedPatients& patients, OutcomeEvent event) {
  return std::any_of(patients.rows.begin(), patients.rows.end(), [&](const auto* r) { return r->event == event; });
}

std::vector<Endpoint> endpoints_of(const OutcomeTable& table, const MatchedPatients& patients) {
  std::vector<Endpoint> out;
  const bool deaths = happened(patients, OutcomeEvent::death), others = happened(patients, OutcomeEvent::other);
  if (deaths)
    out.push_back({"progression_free_survival", "progression, or death without it",
                   others ? "end of observation, or another end that hides progression" : "end of observation",
                   [](const OutcomeRow& r) -> std::optional<Observation> {
                     return Observation{days(r.start, r.end), r.event == OutcomeEvent::progression || r.event == OutcomeEvent::death};
                   },
                   false});
  out.push_back(
      {"progression", "progression",
       deaths || others ? "end of observation, and death or another end without progression (cause-specific)" : "end of observation",
       [](const OutcomeRow& r) -> std::optional<Observation> {
         return Observation{days(r.start, r.end), r.event == OutcomeEvent::progression};
       },
       deaths || others});
  if (deaths)
    out.push_back({"death_without_progression", "death without progression",
                   "end of observation, progression and another end (cause-specific)",
                   [](const OutcomeRow& r) -> std::optional<Observation> {
                     return Observation{days(r.start, r.end), r.event == OutcomeEvent::death};
                   },
                   true});
  if (table.has_vital)
    out.push_back({"overall_survival", "death of any cause", "last known alive",
                   [](const OutcomeRow& r) -> std::optional<Observation> {
                     if (!r.vital_date) return std::nullopt;
                     return Observation{days(r.start, *r.vital_date), r.dead};
                   },
                   false});
  return out;
}

GroupedCurves grouped(const PatientCovariate& c, const std::vector<std::optional<Observation>>& observed,
                      const std::optional<double>& limit) {
  GroupedCurves out;
  out.covariate = c.name;
  const PatientGroups groups = group_patients(c, observed, limit);
  out.set = groups.set;
  out.why_not = groups.why_not;
  out.groups = groups.names;
  if (!out.why_not.empty()) return out;
  std::vector<Observation> observations;
  std::vector<std::vector<Observation>> of_group(out.groups.size());
  for (std::size_t m = 0; m < groups.members.size(); ++m) {
    observations.push_back(*observed[groups.members[m]]);
    of_group[static_cast<std::size_t>(groups.group[m])].push_back(observations.back());
  }
  for (auto& g : of_group) out.curves.push_back(kaplan_meier(std::move(g)));
  out.test = log_rank(observations, groups.group, static_cast<int>(out.groups.size()));
  return out;
}

/// The limit that parts a covariate in two; absent where its words do. \return false: it makes no groups
bool makes_groups(const PatientCovariate& c, const OutcomesOptions& options, std::optional<double>& limit) {
  if (!c.numeric) return true;
  if (!c.landmark_days) return false;
  if (c.name.rfind("d90_rx_pct_", 0) == 0) limit = options.limit_d90_pct;
  if (c.name.rfind("v100_pct_", 0) == 0) limit = options.limit_v100_pct;
  return limit.has_value();
}

CoxAnalysis cox(const std::vector<const PatientCovariate*>& covariates, const std::vector<std::optional<Observation>>& observed) {
  CoxAnalysis out;
  for (const auto* c : covariates) out.covariates.push_back(c->name);
  std::vector<std::size_t> members;
  out.set = analysis_set(covariates, observed, members);
  std::vector<Observation> observations;
  for (const std::size_t i : members) observations.push_back(*observed[i]);
  out.model.n = out.set.n;
  for (const auto& o : observations) out.model.events += o.event ? 1 : 0;
  if (members.empty()) {
    out.model.why_not = "no patient";
    return out;
  }
  std::vector<CoxColumn> columns;
  std::vector<std::vector<double>> values;
  for (const auto* c : covariates) {
    if (c->numeric) {
      columns.push_back({c->name, {}});
      values.emplace_back();
      for (const std::size_t i : members) values.back().push_back(*c->values[i].number);
      continue;
    }
    const auto levels = levels_of(*c, members);
    if (const std::string why = not_levels(levels.size(), members.size()); !why.empty()) {
      out.model.why_not = c->name + ": " + why;
      return out;
    }
    for (std::size_t l = 1; l < levels.size(); ++l) {
      columns.push_back({c->name, levels[l] + " against " + levels[0]});
      values.emplace_back();
      for (const std::size_t i : members) values.back().push_back(c->values[i].word == levels[l] ? 1.0 : 0.0);
    }
  }
  Eigen::MatrixXd x(static_cast<Eigen::Index>(members.size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    x.col(static_cast<Eigen::Index>(j)) = Eigen::Map<const Eigen::VectorXd>(values[j].data(), x.rows());
  out.model = fit_cox(observations, x, columns);
  out.events_per_coefficient = static_cast<double>(out.model.events) / static_cast<double>(columns.size());
  if (out.model.why_not.empty() && out.model.events < kEventsPerCoefficient * static_cast<int>(columns.size()))
    out.notes.push_back("fewer than " + std::to_string(kEventsPerCoefficient) + " events a coefficient (" +
                        std::to_string(out.model.events) + " events, " + std::to_string(columns.size()) +
                        (columns.size() == 1 ? " coefficient" : " coefficients") + "): estimates and limits are not reliable");
  for (const auto& check : out.model.proportional_hazards)
    if (check.test.p < 0.05)
      out.notes.push_back("hazards of " + check.covariate + " are not proportional (p < 0.05): its ratio is an average over time");
  return out;
}

std::vector<SurvivalAt> at_years(const SurvivalCurve& curve) {
  std::vector<SurvivalAt> out;
  for (const double years : {1.0, 2.0, 3.0, 5.0}) {
    SurvivalAt a;
    a.time_days = years * kYear;
    const SurvivalStep* s = step_at(curve, a.time_days);
    a.beyond = curve.steps.empty() || (curve.steps.back().time_days < a.time_days && curve.steps.back().survival > 0.0);
    if (s != nullptr && !a.beyond) a.step = *s;
    out.push_back(a);
  }
  return out;
}

EndpointSummary summarise_endpoint(const Endpoint& endpoint, const MatchedPatients& patients, const OutcomesOptions& options,
                                   const std::vector<const PatientCovariate*>& chosen) {
  EndpointSummary out;
  out.name = endpoint.name;
  out.event = endpoint.event;
  out.censored = endpoint.censored;
  out.competing = endpoint.competing;
  std::vector<std::optional<Observation>> observed;
  std::vector<Observation> all, reversed;
  for (const auto* row : patients.rows) {
    observed.push_back(endpoint.observe(*row));
    if (!observed.back()) continue;
    all.push_back(*observed.back());
    reversed.push_back({all.back().time_days, !all.back().event});
  }
  out.overall = kaplan_meier(all);
  out.n = out.overall.n;
  out.events = out.overall.events;
  out.at = at_years(out.overall);
  out.follow_up = kaplan_meier(reversed).median;
  for (const auto& c : patients.covariates) {
    const bool d90 = c.name.rfind("d90_rx_pct_", 0) == 0, v100 = c.name.rfind("v100_pct_", 0) == 0;
    const bool of_dose = c.landmark_days.has_value();
    std::optional<double> limit;
    if (makes_groups(c, options, limit)) out.grouped.push_back(grouped(c, observed, limit));
    const bool named = std::find(chosen.begin(), chosen.end(), &c) != chosen.end();
    if (!of_dose || d90 || v100 || named) out.univariate.push_back(cox({&c}, observed));
  }
  if (chosen.empty())
    out.multivariate_why_not = "no covariates were chosen";
  else
    out.multivariate = cox(chosen, observed);
  return out;
}

/// Causes that happened, and what each patient had.
struct Competing {
  std::vector<std::string> causes;
  std::vector<CompetingObservation> observations;
};

Competing competing_of(const MatchedPatients& patients) {
  Competing out;
  int place[kOutcomeEvents.size()] = {-1, -1, -1, -1};
  const char* names[] = {"", "progression", "death without progression", "other end"};
  for (std::size_t e = 1; e < kOutcomeEvents.size(); ++e)
    if (happened(patients, static_cast<OutcomeEvent>(e))) {
      place[e] = static_cast<int>(out.causes.size());
      out.causes.emplace_back(names[e]);
    }
  for (const auto* row : patients.rows)
    out.observations.push_back({days(row->start, row->end), place[static_cast<std::size_t>(row->event)]});
  return out;
}

std::vector<GroupedIncidence> incidence_by_group(const Competing& all, const MatchedPatients& patients, const OutcomesOptions& options) {
  std::vector<GroupedIncidence> out;
  if (all.causes.size() < 2) return out;
  std::vector<std::optional<Observation>> observed;
  for (const auto& o : all.observations) observed.push_back(Observation{o.time_days, o.cause >= 0});
  for (const auto& c : patients.covariates) {
    std::optional<double> limit;
    if (!makes_groups(c, options, limit)) continue;
    const PatientGroups groups = group_patients(c, observed, limit);
    GroupedIncidence g{c.name, groups.set, groups.why_not, groups.names, {}, {}};
    if (g.why_not.empty()) {
      std::vector<CompetingObservation> members;
      std::vector<std::vector<CompetingObservation>> of_group(g.groups.size());
      for (std::size_t m = 0; m < groups.members.size(); ++m) {
        members.push_back(all.observations[groups.members[m]]);
        of_group[static_cast<std::size_t>(groups.group[m])].push_back(members.back());
      }
      for (auto& one : of_group) g.curves.push_back(cumulative_incidence(std::move(one), all.causes));
      for (std::size_t k = 0; k < all.causes.size(); ++k)
        g.tests.push_back(gray_test(members, groups.group, static_cast<int>(g.groups.size()), static_cast<int>(k)));
    }
    out.push_back(std::move(g));
  }
  return out;
}

}  // namespace

Result<OutcomesSummary> summarise_outcomes(const OutcomeTable& table, const MatchedPatients& patients, const OutcomesOptions& options) {
  std::vector<const PatientCovariate*> chosen;
  for (const auto& name : options.covariates) {
    const auto at = std::find_if(patients.covariates.begin(), patients.covariates.end(), [&](const auto& c) { return c.name == name; });
    if (at == patients.covariates.end()) {
      std::string all;
      for (const auto& c : patients.covariates) all += (all.empty() ? "" : ", ") + c.name;
      return Error{ErrorCode::invalid_option, "no covariate " + name, table.path, "There are: " + (all.empty() ? "none" : all) + "."};
    }
    if (std::find(chosen.begin(), chosen.end(), &*at) != chosen.end())
      return Error{ErrorCode::invalid_option, "covariate " + name + " is named twice", "", "Name each once."};
    chosen.push_back(&*at);
  }
  OutcomesSummary out;
  out.rows = static_cast<int>(table.rows.size());
  out.patients = static_cast<int>(patients.rows.size());
  out.rows_without_audit = patients.rows_without_audit;
  out.audits_without_row = patients.audits_without_row;
  out.audits_matched = patients.audits_matched;
  out.patients_known = patients.patients_known;
  out.notes = patients.notes;
  for (const auto* row : patients.rows) out.zero_times += row->end == row->start ? 1 : 0;
  if (out.zero_times > 0)
    out.notes.push_back(std::to_string(out.zero_times) +
                        " observation(s) end on the day they start: they count as at risk at time 0 and nowhere after.");
  for (const auto& endpoint : endpoints_of(table, patients)) {
    out.endpoints.push_back(summarise_endpoint(endpoint, patients, options, chosen));
    if (out.endpoints.back().n < out.patients)
      out.notes.push_back(std::string(endpoint.name) + ": " + std::to_string(out.patients - out.endpoints.back().n) +
                          " patient(s) without vital_date are not in it.");
  }
  const Competing competing = competing_of(patients);
  out.incidence_by = incidence_by_group(competing, patients, options);
  out.incidence = cumulative_incidence(competing.observations, competing.causes);
  add_responses(table, patients, out);
  add_complications(table, patients, out);
  return out;
}

}  // namespace seedaudit
