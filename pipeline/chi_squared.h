// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/survival.h"

namespace seedaudit {

/// The normal 97.5 % point, of all two-sided 95 % limits of cohort and survival analysis.
inline constexpr double kNormal975 = 1.959963984540054;

/// P(X > x) of the chi-squared distribution, x >= 0, degrees >= 1; small tails keep their relative accuracy. Upper incomplete gamma
/// function by its series (DLMF 8.11.4) or continued fraction (DLMF 8.9.2).
double chi_squared_tail(double x, int degrees);
/// Two-sided p of a standard normal z.
double normal_p(double z);
/// The test with its p.
ChiSquaredTest chi_squared_test(double chi_squared, int degrees);

}  // namespace seedaudit
