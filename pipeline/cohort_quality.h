// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/cohort_columns.h"

namespace seedaudit {

inline constexpr double kOutlierRobustZ = 3.5;  ///< Iglewicz and Hoaglin 1993
inline constexpr int kFewestForOutliers = 10;   ///< figures of one kind below which nothing is called far

/// Median, and what turns a distance from it into a robust z: 0.6745 / MAD, or, where more than half the values are alike, 1 / (1.2533 mean
/// absolute deviation) (Iglewicz and Hoaglin 1993). Absent: fewer than 10 values, or all alike.
struct RobustScale {
  double median = 0, z_per_unit = 0;
};
std::optional<RobustScale> robust_scale(std::vector<double> values);

/// Figures of data quality with |z| > 3.5 among the records of one time, farthest first, then by case and measure.
std::vector<QualityOutlier> quality_outliers(const std::string& time, const RecordList& records);

}  // namespace seedaudit
