// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

/// What a planning system states of a histogram beside its curve. Doses in Gy.
struct HistogramStatement {
  int roi_number = 0;               ///< in the structure set that the histogram refers to
  std::optional<double> volume_cc;  ///< where volumes are stated in cc
  std::optional<double> minimum_gy, maximum_gy, mean_gy;
};

/// A planning system's own dose-volume histogram of one structure in cumulative form: V(d) = volume that receives at least d, linear
/// between bin edges. As exact as its bins, unlike Dvh, which keeps every sample.
class PlanningHistogram {
 public:
  /// \param edges_gy doses, rising, at least two
  /// \param at_least_pct volume at each edge in percent of the structure, 0..100, falling or level, from 100 at the first edge; where the
  /// last is not 0, the histogram is cut there and says nothing of higher doses Errors: dose_invalid.
  static Result<PlanningHistogram> make(std::vector<double> edges_gy, std::vector<double> at_least_pct, HistogramStatement statement);

  const HistogramStatement& statement() const { return statement_; }
  const std::vector<double>& edges_gy() const { return edges_gy_; }
  const std::vector<double>& at_least_pct() const { return at_least_pct_; }
  /// Null above the last edge of a histogram that is cut.
  std::optional<double> volume_pct_at(Gy dose) const;
  /// The greatest dose that this share of the structure receives; null where the histogram is cut before. q in (0, 100].
  std::optional<Gy> dose_at_volume_pct(double q_pct) const;
  /// The same for a volume; the minimum where the structure is smaller; null without a volume in cc.
  std::optional<Gy> dose_at_volume_cc(double cc) const;
  /// As stated, else the dose up to which the curve stays at 100 %.
  std::optional<Gy> minimum() const;
  /// As stated, else the integral of the curve; null where that is cut.
  std::optional<Gy> mean() const;

 private:
  bool is_cut() const { return at_least_pct_.back() > 0.0; }

  std::vector<double> edges_gy_, at_least_pct_;
  HistogramStatement statement_;
};

}  // namespace seedaudit
