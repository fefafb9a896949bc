// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seedaudit {

/// The figures of one lesion at one time that a cohort summarises. Absent: not computed.
struct CohortMetrics {
  std::optional<double> d90_gy, d90_rx_pct, v100_pct, v150_pct, v200_pct, ci, ei, hi;
};

/// Name in tables and place in the record, written once.
struct CohortMetricName {
  std::string_view key;
  std::optional<double> CohortMetrics::*member;
};
inline constexpr std::array<CohortMetricName, 8> kCohortMetrics{{{"d90_gy", &CohortMetrics::d90_gy},
                                                                 {"d90_rx_pct", &CohortMetrics::d90_rx_pct},
                                                                 {"v100_pct", &CohortMetrics::v100_pct},
                                                                 {"v150_pct", &CohortMetrics::v150_pct},
                                                                 {"v200_pct", &CohortMetrics::v200_pct},
                                                                 {"ci", &CohortMetrics::ci},
                                                                 {"ei", &CohortMetrics::ei},
                                                                 {"hi", &CohortMetrics::hi}}};

struct CohortLesion {
  std::string name;
  CohortMetrics preop, postop;
};

/// What a cohort needs of one report.json.
struct CohortRecord {
  std::string path;  ///< of the report
  std::string case_id;
  std::string status;   ///< ok, review, failed
  std::string verdict;  ///< green, amber, red, urgent, not_assessed
  std::string registration;
  std::vector<std::string> action_flags;
  std::optional<int> planned_count, seed_count;
  std::optional<int> migrated_count;  ///< migrated or embolised; absent where the statuses are undetermined
  std::optional<double> days_since_implant;
  std::vector<CohortLesion> lesions;  ///< targets only
};

/// A report.json that is not in the figures, and why.
struct CohortLeftOut {
  std::string path, reason;
};

}  // namespace seedaudit
