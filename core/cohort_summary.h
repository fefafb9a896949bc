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
  PairedComparison paired;  ///< implants, each the mean of its lesions
};

/// One follow-up time; times are never pooled.
struct CohortTime {
  std::string time;  ///< day 0, day 30, other time, unknown time
  int implants = 0, lesions = 0;
  std::vector<MetricSummary> metrics;
  double limit_d90_pct = 0, limit_v100_pct = 0;  ///< those that the shares are of
  Proportion d90_below_limit, v100_below_limit;  ///< implants whose worst lesion is below 90 %; Wilson
  int planned = 0, found = 0, counted_implants = 0;
  Proportion migrated;  ///< found seeds, Clopper-Pearson
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
  std::vector<FirstLook> first_look;  ///< worst first
};

}  // namespace seedaudit
