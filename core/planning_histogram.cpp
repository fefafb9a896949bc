// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/planning_histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace seedaudit {

Result<PlanningHistogram> PlanningHistogram::make(std::vector<double> edges_gy, std::vector<double> at_least_pct,
                                                  HistogramStatement statement) {
  const auto bad = [&](const std::string& what) {
    return Error{ErrorCode::dose_invalid, "histogram of ROI " + std::to_string(statement.roi_number) + ": " + what, "", ""};
  };
  if (edges_gy.size() < 2 || edges_gy.size() != at_least_pct.size()) return bad("no bins, or another number of volumes");
  if (!(edges_gy.front() >= 0.0)) return bad("begins at a negative dose");
  for (std::size_t n = 0; n < edges_gy.size(); ++n) {
    if (!std::isfinite(edges_gy[n]) || !std::isfinite(at_least_pct[n])) return bad("a figure is not finite");
    if (n > 0 && !(edges_gy[n] > edges_gy[n - 1])) return bad("doses do not rise");
    if (n > 0 && at_least_pct[n] > at_least_pct[n - 1]) return bad("volumes rise with dose");
  }
  if (std::abs(at_least_pct.front() - 100.0) > 1e-6 || at_least_pct.back() < 0.0) return bad("volumes do not fall from 100 %");
  PlanningHistogram out;
  out.edges_gy_ = std::move(edges_gy);
  out.at_least_pct_ = std::move(at_least_pct);
  out.statement_ = statement;
  return out;
}

std::optional<double> PlanningHistogram::volume_pct_at(Gy dose) const {
  if (dose.value <= edges_gy_.front()) return 100.0;
  if (dose.value > edges_gy_.back()) return is_cut() ? std::nullopt : std::optional<double>(0.0);
  const auto above = static_cast<std::size_t>(std::lower_bound(edges_gy_.begin(), edges_gy_.end(), dose.value) - edges_gy_.begin());
  const double part = (dose.value - edges_gy_[above - 1]) / (edges_gy_[above] - edges_gy_[above - 1]);
  return at_least_pct_[above - 1] + part * (at_least_pct_[above] - at_least_pct_[above - 1]);
}

std::optional<Gy> PlanningHistogram::dose_at_volume_pct(double q_pct) const {
  // The first edge below q: the curve passes q between it and the edge before.
  const auto at = std::partition_point(at_least_pct_.begin(), at_least_pct_.end(), [&](double v) { return v >= q_pct; });
  if (at == at_least_pct_.end()) return is_cut() ? std::nullopt : std::optional<Gy>(Gy{edges_gy_.back()});
  const auto n = static_cast<std::size_t>(at - at_least_pct_.begin());
  if (n == 0) return std::nullopt;
  const double part = (at_least_pct_[n - 1] - q_pct) / (at_least_pct_[n - 1] - at_least_pct_[n]);
  return Gy{edges_gy_[n - 1] + part * (edges_gy_[n] - edges_gy_[n - 1])};
}

std::optional<Gy> PlanningHistogram::dose_at_volume_cc(double cc) const {
  if (!statement_.volume_cc || !(*statement_.volume_cc > 0.0)) return std::nullopt;
  if (cc >= *statement_.volume_cc) return minimum();
  return dose_at_volume_pct(100.0 * cc / *statement_.volume_cc);
}

std::optional<Gy> PlanningHistogram::minimum() const {
  if (statement_.minimum_gy) return Gy{*statement_.minimum_gy};
  return dose_at_volume_pct(100.0);
}

std::optional<Gy> PlanningHistogram::mean() const {
  if (statement_.mean_gy) return Gy{*statement_.mean_gy};
  if (is_cut()) return std::nullopt;
  double sum = edges_gy_.front() * 100.0;
  for (std::size_t n = 1; n < edges_gy_.size(); ++n)
    sum += 0.5 * (at_least_pct_[n] + at_least_pct_[n - 1]) * (edges_gy_[n] - edges_gy_[n - 1]);
  return Gy{sum / 100.0};
}

}  // namespace seedaudit
