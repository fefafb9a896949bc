// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"
#include "detectors/solid_object.h"

namespace seedaudit {

/// Fills the signs of each seed of an explanation.
void judge_seeds(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                 ResolvedGroup& r);

/// Takes away what is less likely a seed than not, the worst of each neighbourhood first, refitting the others. Of what may be a seed after
/// all it keeps the signs.
void keep_believable(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                     const ResolverOptions& options, ResolvedGroup& r);

/// How many of the seeds, before any of them is doubted, bear the calibration out: of its mass within 15 %, well fitting and needed; 0
/// where they are fewer than a quarter of all. One or two isolated objects can be droplets, and few others would then be of their mass and
/// shape.
int count_alike(const SeedAppearance& look, const ScanCalibration& calibration, const std::vector<SeedGroup>& groups,
                const std::vector<ResolvedGroup>& resolved);

/// What the seeds of a whole scan say of the mass they share: the mode over all that fit well and are needed, touching ones too, and the
/// spread about it. Droplets and clips are of any mass and do not move a mode. Changes the prior of a learned calibration; where the
/// mode is far from what the calibration rests on, it says so (masses_disagree) and leaves it, unless three times as many and half of all
/// are of that mass.
void agree_on_mass(const SeedAppearance& look, const std::vector<SeedGroup>& groups, const std::vector<ResolvedGroup>& resolved,
                   ScanCalibration& calibration);

}  // namespace seedaudit
