// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/seed.h"

namespace seedaudit::bench {

/// Pairs true and found poses no farther apart than `reach_mm` (centres): nearest pairs first, then as many more as re-pairing allows.
/// \return for each true pose the index of its found one, or -1
std::vector<int> match_poses(const std::vector<SeedPose>& truth, const std::vector<SeedPose>& found, double reach_mm);

/// Distance of a point from the line of a seed between its ends, mm.
double from_seed_mm(const SeedPose& seed, double length_mm, const Eigen::Vector3d& p);

}  // namespace seedaudit::bench
