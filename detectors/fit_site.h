// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <memory>
#include <vector>

#include "detectors/fitted_seed.h"
#include "detectors/free_background.h"
#include "detectors/voxel_patch.h"

namespace seedaudit {

/// The voxels that a fit must explain, ordered by column so that the in-plane kernel is read once for all slices. Scan millimetres.
struct FitSite {
  struct Column {
    double x_mm = 0.0, y_mm = 0.0;
    std::size_t begin = 0, end = 0;  ///< its voxels
  };
  std::vector<Column> columns;
  std::vector<double> slice_z_mm;
  std::vector<std::uint16_t> slice;  ///< of each voxel: index into slice_z_mm
  std::vector<float> hu;             ///< above background
  std::vector<float> level_hu;       ///< of that background, what level_background found beyond the ring
  std::vector<float> sigma;
  std::vector<std::uint8_t> clip;     ///< VoxelPatch::Clip
  std::vector<std::size_t> in_patch;  ///< offset of each voxel in its patch
  double noise_hu = 0.0;              ///< of the patch

  BackgroundFreedom free;                            ///< of the background of this site and its crops
  std::shared_ptr<const FreeBackground> background;  ///< what any explanation may leave to it; for these weights

  /// Seeds of other groups, whose shade falls on those of this one.
  std::shared_ptr<const std::vector<FittedSeed>> beyond = std::make_shared<std::vector<FittedSeed>>();
  std::vector<float> beyond_hu;  ///< what they show here, already taken from `hu`; empty: nothing, and in crops

  std::size_t count() const { return hu.size(); }
  /// FreeBackground::take_from; nothing where no background is free.
  double take_background(std::vector<float>& residual) const { return background ? background->take_from(residual) : 0.0; }
};

/// Voxels of the patch with finite sigma, background taken away.
FitSite make_fit_site(const VoxelPatch& patch);

/// The part of a site within `reach_mm` in the slice and `reach_z_mm` across slices of any of the points.
FitSite crop_site(const FitSite& site, const std::vector<Eigen::Vector3d>& points_mm, double reach_mm, double reach_z_mm);

}  // namespace seedaudit
