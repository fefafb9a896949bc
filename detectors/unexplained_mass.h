// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/cluster_resolver.h"
#include "detectors/seed_appearance.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// Excess mass of bright objects over their background, HU mm^3.
struct ObjectMass {
  double all = 0.0;
  double unexplained = 0.0;  ///< what the images of the seeds leave of it
};

/// Of the voxels of a group that belong to objects: their HU above the background times their volume, and what is left of that above the
/// images of the seeds that are believed (confidence at least `minimum_confidence`; all of them where no confidence is filled in). Where a
/// voxel shows less than its seeds would, for it is clipped for instance, nothing is left; one voxel's want never pays for another's rest.
ObjectMass object_mass(const SeedAppearance& look, const SeedGroup& group, const ResolvedGroup& resolved, double minimum_confidence);

}  // namespace seedaudit
