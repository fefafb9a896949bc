// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/cluster_resolver.h"
#include "detectors/seed_appearance.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// Of each seed of an explanation: what lies above background within 7 mm in the slice and 5 mm across and is no seed's image, in masses of
/// a seed. Where there are seeds alone, what the model leaves is as often negative as positive: 0.0, rarely 0.2. Clipped voxels count for
/// nothing.
std::vector<double> material_beside(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolvedGroup& r);

/// Where such material lies there are droplets or a clip, and what has the mass and the shape of a seed among them may be one of them: a
/// confidence of 0.85 at most (docs/algorithms/detection.md, step 8).
void doubt_beside_material(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, ResolvedGroup& r);

}  // namespace seedaudit
