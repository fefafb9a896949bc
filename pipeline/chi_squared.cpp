// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/chi_squared.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace seedaudit {

double chi_squared_tail(double x, int degrees) {
  assert(degrees >= 1);
  if (std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  if (!(x > 0.0)) return 1.0;
  const double a = 0.5 * degrees, half = 0.5 * x;
  const double front = std::exp(a * std::log(half) - half - std::lgamma(a));
  if (half < a + 1.0) {
    double term = 1.0 / a, sum = term;
    for (int i = 1; i < 10000 && term > 1e-17 * sum; ++i) {
      term *= half / (a + i);
      sum += term;
    }
    return 1.0 - front * sum;
  }
  // Lentz's method.
  constexpr double kTiny = 1e-300;
  double b = half + 1.0 - a, c = 1.0 / kTiny, d = 1.0 / b, f = d;
  for (int i = 1; i < 10000; ++i) {
    const double an = -i * (i - a);
    b += 2.0;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1.0 / d;
    f *= c * d;
    if (std::abs(c * d - 1.0) < 1e-16) break;
  }
  return front * f;
}

double normal_p(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

ChiSquaredTest chi_squared_test(double chi_squared, int degrees) {
  return {chi_squared, degrees, chi_squared_tail(std::max(chi_squared, 0.0), degrees)};
}

}  // namespace seedaudit
