// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/dvh.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace seedaudit {

Result<Dvh> Dvh::make(std::vector<float> dose_gy, double volume_cc) {
  if (dose_gy.empty() || !(volume_cc > 0.0) || !std::isfinite(volume_cc))
    return Error{ErrorCode::structures_invalid, "a DVH needs a structure of positive volume", "",
                 "Check that the structure has closed contours."};
  double sum = 0.0;
  for (const float d : dose_gy) {
    if (!(d >= 0.0F) || !std::isfinite(d)) return Error{ErrorCode::dose_invalid, "dose sample is negative or not finite", "", ""};
    sum += static_cast<double>(d);
  }
  Dvh h;
  h.mean_gy_ = sum / static_cast<double>(dose_gy.size());
  h.descending_gy_ = std::move(dose_gy);
  std::sort(h.descending_gy_.begin(), h.descending_gy_.end(), std::greater<>());
  h.volume_cc_ = volume_cc;
  return h;
}

double Dvh::volume_pct_at(Gy dose) const {
  const auto it =
      std::partition_point(descending_gy_.begin(), descending_gy_.end(), [&](float d) { return static_cast<double>(d) >= dose.value; });
  return 100.0 * static_cast<double>(it - descending_gy_.begin()) / static_cast<double>(descending_gy_.size());
}

Gy Dvh::dose_at_volume_pct(double q_pct) const {
  // V(d) >= q  <=>  at least ceil(q n) samples reach d: the ceil(q n)-th hottest sample. So D90 >= Rx <=> V100 >= 90 % holds exactly.
  const double n = static_cast<double>(descending_gy_.size());
  const double rank = std::ceil(q_pct / 100.0 * n - 1e-9);
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1;
  return Gy{static_cast<double>(descending_gy_[index])};
}

Gy Dvh::dose_at_volume_cc(double cc) const { return dose_at_volume_pct(std::min(100.0, 100.0 * cc / volume_cc_)); }

Gy Dvh::minimum() const { return Gy{static_cast<double>(descending_gy_.back())}; }
Gy Dvh::maximum() const { return Gy{static_cast<double>(descending_gy_.front())}; }

}  // namespace seedaudit
