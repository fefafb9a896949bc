// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// Superior first, then left to right, then front to back; numbered from 1.
void order_and_number(std::vector<DetectedSeed>& seeds);

/// Seeds whose surfaces are nearer than the gap are one cluster. `group_of[n]`, which may be empty: the group that seed n was explained in
/// and the count interval of that group.
void make_clusters(Detection& d, const DetectorOptions& o, const std::vector<std::pair<int, CountEstimate>>& group_of);

}  // namespace seedaudit
