// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "registration/similarity.h"

/// Internal to registration: what the search for bone on bone and its witness do alike.
namespace seedaudit {

// Along the body: breath moves organs by 30 mm, a vertebra with its disc is up to 35 mm long.
inline constexpr double kLongReachMm = 45.0, kLongStepMm = 5.0;
// To tell places apart.
inline constexpr std::size_t kRoughSamples = 5000;

/// A small overlap is easily alike.
inline double worth_of_place(const Refined& r) { return r.value * std::pow(std::min(1.0, r.overlap), 0.25); }

}  // namespace seedaudit
