// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "core/dvh.h"
#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

/// How sure a cumulative histogram is: at each of some volumes the doses between which the true D_v lies with 95 % (point by point: a
/// whole curve leaves the band somewhere more often than that).
class DvhBand {
 public:
  DvhBand() = default;
  /// \param volume_pct rising, each within (0, 100); \param low_gy, high_gy one a volume, finite, 0 <= low <= high
  /// Errors: dose_invalid.
  static Result<DvhBand> make(std::vector<double> volume_pct, std::vector<double> low_gy, std::vector<double> high_gy);

  const std::vector<double>& volume_pct() const { return volume_pct_; }
  const std::vector<double>& low_gy() const { return low_gy_; }
  const std::vector<double>& high_gy() const { return high_gy_; }

  /// The same band read at a dose: percent of the structure (0..100) that receives at least `dose` by its lower and by its upper edge. Both
  /// fall with the dose. Between two volumes an edge is a straight line; beyond the first and the last it is the histogram scaled in dose.
  /// \param dvh the histogram that the band is of
  std::pair<double, double> volume_pct_at(Gy dose, const Dvh& dvh) const;

 private:
  std::vector<double> volume_pct_, low_gy_, high_gy_;
};

}  // namespace seedaudit
