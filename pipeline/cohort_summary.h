// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cohort_summary.h"
#include "core/result.h"
#include "pipeline/cohort_charts.h"

namespace seedaudit {

struct CohortOptions {
  /// Margin of equivalence of D90 in % of the prescription and of V100, in % points: the largest mean change that does not matter. There
  /// is no defensible default; without it nothing is tested for equivalence.
  std::optional<double> equivalence_margin_pct_points;
  double limit_d90_pct = 90.0;  ///< of the prescription; an implant whose worst lesion is below is counted
  double limit_v100_pct = 90.0;
  CohortPeriod period = CohortPeriod::quarter;  ///< of implants, for strata and control charts
  double ewma_lambda = 0.2;                     ///< weight of the newest period; smaller sees smaller shifts, and later
  double ewma_width = 3.0;                      ///< of the limits in standard deviations; larger gives fewer false signals
  int bootstrap_replicates = 2000;              ///< more make the limits steadier, and take longer
  /// Errors: invalid_option with the value and its range.
  Status check() const;
};

/// "day 0" up to 3 days after the implant, "day 30" from 23 to 37 (AAPM TG-137), "other time", or "unknown time".
std::string time_of(const CohortRecord& record);

/// Reports with status failed are counted and listed, and give no figure. The answer does not depend on the order of the records.
CohortSummary summarise_cohort(std::vector<CohortRecord> records, std::vector<CohortLeftOut> left_out, const CohortOptions& options);

}  // namespace seedaudit
