// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "samples/phantom/hu_tissue.h"
#include "samples/phantom/scan_geometry.h"

namespace seedaudit {

/// Amounts along a ray, mm g/cm^3.
struct WaterBonePath {
  double water = 0.0;
  double bone = 0.0;
};

/// Line integrals through one slice of a CT, split into water and bone. What lies outside the image is air.
class ImageProjector {
 public:
  /// \param hu columns fastest
  ImageProjector(std::span<const std::int16_t> hu, const ImageGeometry& image, const HuTissue& tissue);
  /// Along the ray at distance `s_mm` of the axis in the view at this angle: a sample a row or column, whichever the ray crosses more
  /// steeply, linear between pixels (Joseph 1982).
  WaterBonePath along(double s_mm, double cosine, double sine) const;

 private:
  ImageGeometry image_;
  std::vector<float> amounts_;  ///< water and bone of each pixel side by side, g/cm^3
};

}  // namespace seedaudit
