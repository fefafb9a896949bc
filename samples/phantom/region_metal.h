// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "samples/phantom/distractors.h"
#include "samples/phantom/implant.h"
#include "samples/phantom/region_background.h"

namespace seedaudit {

/// Distractors about an implant in a region: lipiodol where the seeds are, the rest about them, a stent beside them. What would share space
/// with a seed is left out: a droplet alone, other things as a whole. Screws are never made.
std::vector<Distractor> region_distractors(const RegionBackground& region, const std::vector<PlacedSeed>& seeds,
                                           const SeedGeometry& geometry, const DistractorOptions& options, std::uint64_t seed);

/// The seeds that are present and the distractors, as objects to scan.
std::vector<FineObject> metal_of(const RegionBackground& region, const std::vector<PlacedSeed>& seeds,
                                 const std::vector<Distractor>& distractors, const SeedGeometry& geometry);

/// Iodine of lipiodol in the ball about a point, mg per ml of the ball; a droplet counts where its centre lies.
double lipiodol_mg_per_ml(const std::vector<Distractor>& distractors, const Eigen::Vector3d& p, double radius_mm);

}  // namespace seedaudit
