// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"
#include "detectors/solid_object.h"

namespace seedaudit {

/// Probability of each seed of an explanation that it is one.
std::vector<double> confidence_of(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids,
                                  const SeedGroup& group, const ResolvedGroup& r);

/// Takes away what is less likely a seed than not, the worst of each neighbourhood first, refitting the others.
void keep_believable(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                     const ResolverOptions& options, ResolvedGroup& r);

/// How many of the seeds, before any of them is doubted, bear the calibration out: of its mass within 15 %, well fitting and needed; 0
/// where they are fewer than a quarter of all. One or two isolated objects can be droplets, and few others would then be of their mass and
/// shape.
int count_alike(const SeedAppearance& look, const ScanCalibration& calibration, const std::vector<SeedGroup>& groups,
                const std::vector<ResolvedGroup>& resolved);

}  // namespace seedaudit
