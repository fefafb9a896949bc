// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "samples/phantom/hu_tissue.h"
#include "samples/phantom/image_projector.h"
#include "samples/phantom/scan_geometry.h"

namespace seedaudit {

/// Water and bone along the rays through a whole body, on a coarse grid of heights, views and elements about one axis: what the noise and
/// the hardening at metal need to know of all that lies outside a small image.
struct RayPaths {
  int heights = 0, views = 0, bins = 0;
  double first_height_mm = 0.0, height_step_mm = 1.0;
  double bin_mm = 1.0;
  std::vector<float> water, bone;  ///< heights x views x bins, bins fastest, mm g/cm^3

  /// Linear between heights, views and elements, the outermost beyond. \param s_mm distance of the ray from the axis
  WaterBonePath along(double height_mm, double angle_rad, double s_mm) const;
};

/// \param axis the axis of rotation; heights are along z from it. \param reach_mm of the elements on either side of the axis
/// \param half_height_mm heights covered up and down, every `step_mm`; slices beyond the volume count as the last
RayPaths project_paths(const CtVolume& body, const HuTissue& tissue, const Point<CtFrame>& axis, double reach_mm, double half_height_mm,
                       double step_mm);

}  // namespace seedaudit
