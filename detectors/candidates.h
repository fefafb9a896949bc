// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"

namespace seedaudit {

/// Voxel of a candidate: where, and how far above its surroundings.
struct CandidateVoxel {
  int i = 0, j = 0, k = 0;
  float response_hu = 0.0F;
};

/// Touching voxels (26 neighbours) that stand out of their surroundings.
struct CandidateRegion {
  std::vector<CandidateVoxel> voxels;  ///< in memory order
  Index3 low{0, 0, 0};
  Index3 high{0, 0, 0};
  float peak_response_hu = 0.0F;
  float peak_hu = 0.0F;
};

/// Voxels that exceed the upper part (7 of 10) of a ring around them in their slice by more than `threshold_hu`, joined into regions. The
/// ring (radius mm) takes the local background away: dense lipiodol or bone raises it and does not fuse the seeds that lie in it; air
/// counts as -300 HU. Regions in memory order.
std::vector<CandidateRegion> find_candidates(const CtVolume& ct, double ring_radius_mm, double threshold_hu);

/// Regions of the voxels of `region` above a higher threshold: how a large fused region is taken apart.
std::vector<CandidateRegion> split_region(const CandidateRegion& region, double threshold_hu);

/// Whether some voxel of one lies within that distance of some voxel of the other, centre to centre.
bool regions_near(const CandidateRegion& a, const CandidateRegion& b, const Eigen::Vector3d& spacing_mm, double mm);

}  // namespace seedaudit
