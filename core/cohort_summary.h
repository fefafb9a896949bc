// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cohort_record.h"

namespace seedaudit {

/// Of n values; what n does not allow is absent.
struct SampleSummary {
  int n = 0;
  std::optional<double> mean, sd, median, q1, q3, minimum, maximum;
};

/// k of n with 95 % limits; limits are absent where n = 0.
struct Proportion {
  int k = 0, n = 0;
  std::optional<double> low, high;
};

/// Differences after - before of implants that have both.
struct PairedComparison {
  int n = 0;
  std::string why_not;  ///< empty: computed
  double mean_difference = 0, sd = 0, low = 0, high = 0, t = 0, p = 1;
  double agreement_low = 0, agreement_high = 0;            ///< Bland-Altman limits, mean -+ 1.96 SD
  double agreement_low_low = 0, agreement_low_high = 0;    ///< 95 % confidence limits of the lower limit
  double agreement_high_low = 0, agreement_high_high = 0;  ///< and of the upper one
  std::optional<double> margin, equivalence_p;             ///< two one-sided tests; absent: no margin given
};

struct MetricSummary {
  std::string metric;
  SampleSummary lesion_before, lesion_after, lesion_change, implant_before, implant_after, implant_change;
  SampleSummary patient_before, patient_after, patient_change;  ///< patients that are known, each the mean of its implants
  PairedComparison paired;                                      ///< implants, each the mean of its lesions
};

/// Percentile limits (95 %) of a figure over implants, whole patients drawn with replacement.
struct BootstrapInterval {
  std::string metric, phase, statistic;  ///< d90_rx_pct, after, median; share: of implants below the limit
  int patients = 0, implants = 0;        ///< an implant without a known patient counts as a patient of its own
  std::string why_not;                   ///< empty: computed
  double estimate = 0, low = 0, high = 0;
};

/// Implants of one time that share a value of one factor; "unknown" are those whose report does not say.
struct StratumSummary {
  std::string factor, stratum;  ///< slice_thickness, "1.5 to 3 mm"
  int implants = 0;
  SampleSummary d90_after, d90_change, v100_after;  ///< % of the prescription; % points; %
  Proportion d90_below_limit, v100_below_limit, review, migrated;
};

/// Implants of one period in a p chart.
struct PChartPoint {
  std::string period;
  int k = 0, n = 0;
  bool judged = false;       ///< enough implants to be judged
  int lower = 0, upper = 0;  ///< of k; beyond them is a signal
  int signal = 0;            ///< -1 below, 1 above
};
struct PChart {
  std::string of;       ///< d90_below_limit, v100_below_limit, review
  std::string why_not;  ///< empty: limits computed
  int undated = 0;      ///< implants without a date, in no period
  double center = 0;    ///< share over all periods
  std::vector<PChartPoint> points;
};

struct EwmaPoint {
  std::string period;
  int n = 0;
  double mean = 0, ewma = 0, low = 0, high = 0;
  int signal = 0;
};
/// Exponentially weighted moving average of period means of an implant figure.
struct EwmaChart {
  std::string metric, why_not;
  int undated = 0;
  double lambda = 0, width = 0;  ///< weight of the newest period; half width of the limits in standard deviations
  double center = 0, sd = 0;     ///< mean of all implants; pooled within periods
  std::vector<EwmaPoint> points;
};

/// A case whose figure lies far from those of its time.
struct QualityOutlier {
  std::string case_id, path, time, measure, words;
  double value = 0, median = 0, robust_z = 0;
};

/// One follow-up time; times are never pooled.
struct CohortTime {
  std::string time;  ///< day 0, day 30, other time, unknown time
  int implants = 0, lesions = 0;
  std::vector<MetricSummary> metrics;
  double limit_d90_pct = 0, limit_v100_pct = 0;  ///< those that the shares are of
  Proportion d90_below_limit, v100_below_limit;  ///< implants whose worst lesion is below their limit; Wilson
  int planned = 0, found = 0, counted_implants = 0;
  Proportion migrated;                             ///< found seeds, Clopper-Pearson
  int patients = 0, implants_without_patient = 0;  ///< known patients; implants whose patient is not known
  std::vector<BootstrapInterval> bootstrap;
  std::vector<StratumSummary> strata;
  std::vector<PChart> p_charts;
  EwmaChart ewma;
};

struct FirstLook {
  std::string case_id, path, reason;
};

struct CohortSummary {
  std::vector<CohortRecord> records;  ///< by case_id
  std::vector<std::string> times;     ///< of each record
  std::vector<CohortLeftOut> left_out;
  int ok = 0, review = 0, failed = 0;
  std::vector<CohortTime> by_time;
  std::vector<FirstLook> first_look;     ///< worst first
  std::vector<QualityOutlier> outliers;  ///< by time, farthest first
  std::string period;                    ///< month, quarter or year
  int bootstrap_replicates = 0;
};

}  // namespace seedaudit
