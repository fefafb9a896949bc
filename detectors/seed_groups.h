// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "detectors/candidates.h"
#include "detectors/dense_bodies.h"
#include "detectors/fit_site.h"
#include "detectors/voxel_patch.h"

namespace seedaudit {

/// Candidate regions near enough to cast halo and streaks on each other, explained together.
struct SeedGroup {
  std::vector<std::size_t> regions;  ///< indices into the list of regions
  VoxelPatch patch;
  std::vector<std::uint8_t> is_object;  ///< voxel lies in a region of this group
  std::vector<std::uint8_t> is_core;    ///< ... and stands out as much as the weakest seed would: a seed can only be where this is set
  std::vector<std::uint8_t> is_dense;   ///< voxel lies in a dense body
  double dense_top_hu = 0.0;            ///< what dense bodies of this scan stay below
  FitSite site;                         ///< the voxels that must be explained
};

struct GroupOptions {
  double ring_radius_mm = 4.5;    ///< of the background ring
  double core_response_hu = 0.0;  ///< response above which a voxel can hold a seed
  double join_distance_mm = 3.0;  ///< regions whose voxels are nearer than this form one group
  double fit_margin_mm = 3.5;     ///< voxels up to this far from a region (in the slice) are explained
  double model_error = 0.08;      ///< of the signal: what the forward model leaves unexplained
};

/// Groups in the order of their first region. Patches are cut and weighed in parallel.
std::vector<SeedGroup> make_groups(const CtVolume& ct, const ScanStatistics& scan, const DenseBodies& bodies,
                                   const std::vector<CandidateRegion>& regions, const GroupOptions& options);

/// Adds to the sigma of each voxel to explain what the slices beside it may leak into it: the tail of the slice profile, which no scan of
/// whole seeds can tell from their heights. Without it a leak of a few percent fixes a height within a tenth of a millimetre. To be
/// called once the slice profile is learned: that needs the voxels beside at their full weight.
void doubt_slice_profile(SeedGroup& group);

}  // namespace seedaudit
