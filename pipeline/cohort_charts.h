// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/cohort_summary.h"

/// Control charts over the periods of implants (docs/algorithms/cohort.md).
namespace seedaudit {

enum class CohortPeriod { month, quarter, year };

/// "2024-05", "2024-Q2" or "2024" of a date YYYY-MM-DD; empty of an empty one. The names sort as the times do.
std::string period_of(const std::string& iso_date, CohortPeriod period);

/// The same of an implant; empty where its date is not known or is no true one.
std::string period_of(const CohortRecord& record, CohortPeriod period);

/// An implant in its period; an empty period is counted as undated.
struct ChartEvent {
  std::string period;
  bool happened = false;
};
struct ChartValue {
  std::string period;
  double value = 0;
};

inline constexpr int kFewestOfPeriod = 5;   ///< implants of a period that a p chart judges
inline constexpr int kFewestPeriods = 3;    ///< of a chart
inline constexpr int kFewestFreedoms = 10;  ///< of the standard deviation of an EWMA chart

/// Limits are the 0.135 and 99.865 % points of the binomial distribution about the share of all periods: of three standard deviations, but
/// right for few implants as well. A period of fewer than 5 implants is shown and not judged.
PChart p_chart(const std::vector<ChartEvent>& events);

/// \param lambda weight of the newest period, in (0, 1]. \param width of the limits in standard deviations of the average, which grow with
/// the periods and know how many implants each has.
EwmaChart ewma_chart(const std::vector<ChartValue>& values, double lambda, double width);

}  // namespace seedaudit
