// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace seedaudit {

/// The four cubic B-splines of unit spacing that are not zero at t >= 0; spline n reaches from n - 3 to n + 1.
struct CubicSpline {
  std::array<double, 4> weight;
  std::size_t first;
};

inline CubicSpline cubic_spline_at(double t) {
  const double cell = std::floor(t), u = t - cell;
  return {{(1 - u) * (1 - u) * (1 - u) / 6.0, (3 * u * u * u - 6 * u * u + 4) / 6.0, (-3 * u * u * u + 3 * u * u + 3 * u + 1) / 6.0,
           u * u * u / 6.0},
          static_cast<std::size_t>(cell)};
}

}  // namespace seedaudit
