// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

/// Results of survival analysis (docs/algorithms/outcomes.md has formulas and sources). Limits are 95 %, two-sided. Absent: not defined
/// there, or not computed.
namespace seedaudit {

/// One subject: days from its start to the event, or to the end of observation.
struct Observation {
  double time_days = 0;  ///< not negative
  bool event = false;
};

/// A test of chi-squared form.
struct ChiSquaredTest {
  double chi_squared = 0;
  int degrees = 0;
  double p = 1;
};

/// At one distinct time of observation.
struct SurvivalStep {
  double time_days = 0;
  int at_risk = 0;  ///< just before
  int events = 0, censored = 0;
  double survival = 1;                            ///< just after
  std::optional<double> se;                       ///< Greenwood; absent once nobody survives
  std::optional<double> log_low, log_high;        ///< from log S, upper one cut at 1
  std::optional<double> loglog_low, loglog_high;  ///< from log(-log S); absent while S = 1
};

struct MedianTime {
  std::optional<double> days;  ///< absent: the curve does not reach one half
  std::optional<double> log_low, log_high, loglog_low, loglog_high;
};

struct SurvivalCurve {
  int n = 0, events = 0;
  std::vector<SurvivalStep> steps;  ///< by time
  MedianTime median;
};

struct LogRankGroup {
  int n = 0, observed = 0;
  double expected = 0;
};

struct LogRank {
  std::string why_not;  ///< empty: computed
  std::vector<LogRankGroup> groups;
  ChiSquaredTest test;
};

/// Of one cause among competing ones.
struct GrayTest {
  std::string why_not;         ///< empty: computed
  std::vector<double> scores;  ///< of each group: events less those expected among the weighted numbers at risk; they sum to 0
  ChiSquaredTest test;
};

/// exp(coefficient) is the hazard ratio, of one unit or against the reference level.
struct CoxCoefficient {
  std::string covariate;
  std::string level;  ///< of a covariate in words; empty for a number
  double coefficient = 0, se = 0, hazard_ratio = 1, low = 1, high = 1, z = 0, p = 1;
};

struct HazardsCheck {
  std::string covariate;
  ChiSquaredTest test;
};

struct CoxModel {
  int n = 0, events = 0;
  std::string why_not;                       ///< empty: estimated
  std::vector<CoxCoefficient> coefficients;  ///< empty where not estimated
  double log_likelihood_null = 0;
  std::optional<double> log_likelihood;
  std::optional<ChiSquaredTest> wald, likelihood_ratio, score;
  std::optional<double> concordance;
  std::vector<HazardsCheck> proportional_hazards;  ///< a test for each covariate
  std::optional<ChiSquaredTest> proportional_hazards_global;
};

/// At one distinct time; per cause its cumulative incidence just after.
struct IncidenceStep {
  double time_days = 0;
  int at_risk = 0, censored = 0;
  std::vector<int> events;
  std::vector<double> incidence, se;
  std::vector<std::optional<double>> low, high;  ///< from log(-log(1 - F)), so that they stay within 0 and 1; absent while F = 0 or 1
};

struct CumulativeIncidence {
  std::vector<std::string> causes;
  int n = 0;
  std::vector<IncidenceStep> steps;
};

}  // namespace seedaudit
