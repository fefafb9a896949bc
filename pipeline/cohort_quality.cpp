// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_quality.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "pipeline/cohort_statistics.h"

namespace seedaudit {

std::optional<RobustScale> robust_scale(std::vector<double> values) {
  if (static_cast<int>(values.size()) < kFewestForOutliers) return std::nullopt;
  std::sort(values.begin(), values.end());
  RobustScale out;
  out.median = quantile_of_sorted(values, 0.5);
  for (double& v : values) v = std::abs(v - out.median);
  std::sort(values.begin(), values.end());
  const double mad = quantile_of_sorted(values, 0.5);
  double mean = 0.0;
  for (const double v : values) mean += v;
  mean /= static_cast<double>(values.size());
  // Rounding of alike figures is no spread.
  const double nothing = 1e-9 * std::max(1.0, std::abs(out.median));
  if (mad > nothing)
    out.z_per_unit = 0.6744897501960817 / mad;
  else if (mean > nothing)
    out.z_per_unit = 0.7978845608028654 / mean;
  else
    return std::nullopt;
  return out;
}

std::vector<QualityOutlier> quality_outliers(const std::string& time, const RecordList& records) {
  std::vector<QualityOutlier> out;
  for (const auto& [key, words, member] : kCohortQualities) {
    std::vector<double> values;
    for (const auto* r : records)
      if (const auto& v = r->quality.*member; v && std::isfinite(*v)) values.push_back(*v);
    const auto scale = robust_scale(std::move(values));
    if (!scale) continue;
    for (const auto* r : records) {
      const auto& v = r->quality.*member;
      if (!v || !std::isfinite(*v)) continue;
      const double z = (*v - scale->median) * scale->z_per_unit;
      if (!(std::abs(z) > kOutlierRobustZ)) continue;
      out.push_back({r->case_id, r->path, time, std::string(key), std::string(words), *v, scale->median, z});
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    const double za = -std::abs(a.robust_z), zb = -std::abs(b.robust_z);
    return std::tie(za, a.case_id, a.measure) < std::tie(zb, b.case_id, b.measure);
  });
  return out;
}

}  // namespace seedaudit
