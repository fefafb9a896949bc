// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "pipeline/cohort_charts.h"
#include "pipeline/cohort_columns.h"

namespace seedaudit {

inline constexpr const char* kUnknownStratum = "unknown";

/// The stratum of a record by each factor, in a fixed order: site, scanner, slice_thickness, adjacency, position, period. "unknown" where
/// the report does not say.
struct RecordStratum {
  const char* factor;
  std::string stratum;
};
std::vector<RecordStratum> strata_of(const CohortRecord& record, CohortPeriod period);

/// Every stratum of every factor, strata in order of their names (thin slices before thick ones, periods in time) and "unknown" last.
std::vector<StratumSummary> stratify(const RecordList& records, CohortPeriod period, double limit_d90_pct, double limit_v100_pct);

}  // namespace seedaudit
