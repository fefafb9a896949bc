// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ct_volume.h"
#include "detectors/scan_statistics.h"

namespace seedaudit {

/// A small box of the scan in which seeds are fitted. Positions inside the detectors are millimetres along the scan's own axes
/// ("scan millimetres": index times spacing); only detect_seeds turns them into CtFrame.
struct VoxelPatch {
  Index3 low{0, 0, 0};
  Index3 size{0, 0, 0};
  Eigen::Vector3d spacing_mm = Eigen::Vector3d::Ones();
  std::vector<float> hu;
  enum Clip : std::uint8_t { kNone, kHigh, kLow };
  std::vector<std::uint8_t> clip;
  std::vector<float> sigma;          ///< HU; infinite where the voxel says nothing
  std::vector<float> background_hu;  ///< of each voxel: what the scan would show there without small dense objects
  std::vector<float> level_hu;       ///< the part of it that level_background added to the ring's
  double noise_hu = 0.0;             ///< standard deviation from voxel to voxel, of the scan or, where it is more, of this place
  double texture_hu = 0.0;           ///< robust spread of what is no seed here

  std::size_t count() const { return hu.size(); }
  std::size_t offset(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
  }
  double x_mm(int axis, int n) const { return (low[static_cast<std::size_t>(axis)] + n) * spacing_mm[axis]; }
};

/// Box [low, high] of voxels, cut at the volume's border. The background is the median of a ring of `ring_radius_mm` in the slice,
/// smoothed: it follows liver, bone border or a lipiodol deposit and not the seeds, which cover little of any ring.
VoxelPatch cut_patch(const CtVolume& ct, const ScanStatistics& scan, double ring_radius_mm, const Index3& low, const Index3& high);

/// Fills noise, texture and sigma from hu - background: sigma^2 = noise^2 + texture^2 + (model_error * signal)^2, signal = mean excess of
/// the 3 x 3 neighbours. `is_object[v]` marks voxels that may belong to seeds; the others tell the texture.
void weigh_patch(VoxelPatch& patch, const std::vector<std::uint8_t>& is_object, double noise_hu, double model_error);

}  // namespace seedaudit
