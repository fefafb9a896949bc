// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cohort_summary.h"
#include "core/survival.h"

namespace seedaudit {

/// Who of the patients an analysis is of. Those without a value, and those whose observation ended before the value can be known (by
/// `landmark_days`, where the value comes from a later scan), are not in it.
struct AnalysisSet {
  int n = 0, without_value = 0, before_landmark = 0;
  std::optional<double> landmark_days;
};

struct GroupedCurves {
  std::string covariate;
  AnalysisSet set;
  std::string why_not;  ///< empty: curves and test follow
  std::vector<std::string> groups;
  std::vector<SurvivalCurve> curves;
  LogRank test;
};

/// Cumulative incidence by group, where causes compete.
struct GroupedIncidence {
  std::string covariate;
  AnalysisSet set;
  std::string why_not;  ///< empty: curves and tests follow
  std::vector<std::string> groups;
  std::vector<CumulativeIncidence> curves;  ///< of each group; causes as in OutcomesSummary::incidence
  std::vector<GrayTest> tests;              ///< of each cause
};

struct CoxAnalysis {
  std::vector<std::string> covariates;
  AnalysisSet set;
  CoxModel model;
  std::optional<double> events_per_coefficient;
  std::vector<std::string> notes;  ///< what a reader must know of the estimate
};

struct SurvivalAt {
  double time_days = 0;
  std::optional<SurvivalStep> step;  ///< absent: before the first time of the curve (S = 1), or beyond follow-up
  bool beyond = false;               ///< nobody is at risk any more
};

struct EndpointSummary {
  std::string name;             ///< progression_free_survival, progression, death_without_progression, overall_survival
  std::string event, censored;  ///< in words: what counts as event, what as censored
  int n = 0, events = 0;
  bool competing = false;  ///< others are censored at competing events: hazards have a meaning, 1 - S is no probability
  SurvivalCurve overall;
  std::vector<SurvivalAt> at;  ///< 1, 2, 3 and 5 years
  MedianTime follow_up;        ///< of observation, by the curve of the censoring
  std::vector<GroupedCurves> grouped;
  std::vector<CoxAnalysis> univariate;
  std::optional<CoxAnalysis> multivariate;
  std::string multivariate_why_not;
};

/// A count with exact (Clopper-Pearson) limits.
struct OutcomeShare {
  std::string name;
  Proportion share;
};

struct ComplicationTable {
  std::string name;
  std::vector<int> by_grade;  ///< 0..5
  int not_recorded = 0;
  Proportion any, severe;  ///< grade >= 1, grade >= 3; of those recorded
};

struct UnmatchedRow {
  int line = 0;
  std::string reason;
};

struct OutcomesSummary {
  int rows = 0, patients = 0;  ///< in the file; of these with an audit, which all figures are of
  std::vector<UnmatchedRow> rows_without_audit;
  std::vector<std::string> audits_without_row;  ///< case ids
  int audits_matched = 0;
  bool patients_known = false;  ///< the audits say which are one patient's
  int zero_times = 0;           ///< observations that end on the day they start
  std::vector<EndpointSummary> endpoints;
  CumulativeIncidence incidence;               ///< of the causes that happened
  std::vector<GroupedIncidence> incidence_by;  ///< empty where fewer than two causes happened: nothing competes then
  std::vector<int> responses;                  ///< CR PR SD PD NE; empty: the file has none
  int responses_missing = 0;
  std::vector<OutcomeShare> response_shares;
  std::vector<ComplicationTable> complications;  ///< the last one is the worst of a patient
  std::vector<std::string> notes;
};

}  // namespace seedaudit
