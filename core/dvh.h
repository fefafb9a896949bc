// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

/// Cumulative dose-volume histogram of one structure, exact over its samples: no bins. V(d) = volume receiving >= d.
class Dvh {
 public:
  Dvh() = default;
  /// \param dose_gy dose at sample points that each stand for the same volume; finite, >= 0, not empty
  /// \param volume_cc volume of the structure, > 0
  static Result<Dvh> make(std::vector<float> dose_gy, double volume_cc);

  double volume_cc() const { return volume_cc_; }
  std::size_t sample_count() const { return descending_gy_.size(); }
  /// V(d) in percent of the structure (0..100) that receives at least d.
  double volume_pct_at(Gy dose) const;
  /// D_q: the minimum dose to the hottest q percent, max{d : V(d) >= q}. q in (0, 100]. The sample of rank ceil(q n), so D90 >= Rx <=> V100
  /// >= 90 % exactly.
  Gy dose_at_volume_pct(double q_pct) const;
  /// Minimum dose in the hottest cc of the structure; the minimum dose if the structure is smaller.
  Gy dose_at_volume_cc(double cc) const;
  Gy mean() const { return Gy{mean_gy_}; }
  Gy minimum() const;
  Gy maximum() const;
  const std::vector<float>& descending_gy() const { return descending_gy_; }

 private:
  std::vector<float> descending_gy_;
  double volume_cc_ = 0.0;
  double mean_gy_ = 0.0;
};

}  // namespace seedaudit
