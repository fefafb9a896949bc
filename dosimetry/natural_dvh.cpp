// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "dosimetry/metrics.h"

namespace seedaudit {

/// With u = D^(-3/2) a lone inverse-square source has V proportional to u, so dV/du is flat; an implant adds a peak where its seeds join.
template <class F>
std::optional<double> natural_dose_ratio(const IsodoseMap<F>& map, Gy rx) {
  constexpr double kLowestPct = 55.0, kHighestPct = 600.0;
  constexpr int kSteps = 64;
  // Isodose volumes are exact to some 0.1 % and neighbouring ones differ by 2 % and more: five of them are smoothed.
  constexpr int kHalfWindow = 2;
  const double u_low = std::pow(kHighestPct / 100.0, -1.5), u_high = std::pow(kLowestPct / 100.0, -1.5);
  const double step = (u_high - u_low) / kSteps;
  std::vector<double> volume;
  for (int n = 0; n <= kSteps; ++n) {
    const auto v = map.volume_cc(rx * std::pow(u_low + n * step, -2.0 / 3.0));
    if (!v) break;
    volume.push_back(*v);
  }
  // Slope of the least-squares line through each window: sum of k V(n + k), but for a factor that all have in common.
  std::vector<double> slope;
  for (std::size_t n = kHalfWindow; n + kHalfWindow < volume.size(); ++n) {
    double sum = 0.0;
    for (int k = -kHalfWindow; k <= kHalfWindow; ++k) sum += k * volume[static_cast<std::size_t>(static_cast<int>(n) + k)];
    slope.push_back(sum);
  }
  if (slope.size() < 3) return std::nullopt;
  const auto peak = std::max_element(slope.begin(), slope.end());
  // Sources that do not join have no peak, only the unevenness of volumes.
  constexpr double kProminence = 1.1;
  if (!(*peak > kProminence * slope.front()) || !(*peak > kProminence * slope.back())) return std::nullopt;
  // Its top, by the parabola through the highest three.
  const double before = *(peak - 1), after = *(peak + 1);
  const double bend = before - 2.0 * *peak + after;
  const double shift = bend < 0.0 ? 0.5 * (before - after) / bend : 0.0;
  const double place = static_cast<double>(peak - slope.begin()) + kHalfWindow + shift;
  return std::pow(u_low + place * step, -2.0 / 3.0);
}

template std::optional<double> natural_dose_ratio(const IsodoseMap<CtFrame>&, Gy);
template std::optional<double> natural_dose_ratio(const IsodoseMap<PlanFrame>&, Gy);

}  // namespace seedaudit
