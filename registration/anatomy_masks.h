// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "registration/work_image.h"

/// Internal to registration: which part of an image is patient, metal, bone.
namespace seedaudit {

/// Distance (mm) of each voxel's centre to the nearest voxel of the mask, exact and Euclidean; a large number beyond `reach_mm`. Axis by
/// axis (Felzenszwalb & Huttenlocher, Theory of Computing 8:415, 2012).
std::vector<float> distance_to(const std::vector<std::uint8_t>& mask, const WorkGrid& grid, double reach_mm);

struct AnatomyMasks {
  std::vector<std::uint8_t> body;  ///< patient with lungs and gas, without couch, clothes and free arms
  // Distances; a large number beyond 12.5 mm, of metal beyond its margin if that is more.
  std::vector<float> body_distance_mm;   ///< to the body; 0 inside
  std::vector<float> metal_distance_mm;  ///< to the nearest metal; large for an image without
  std::vector<float> bone_distance_mm;   ///< to bone or other dense tissue
  std::vector<float> skin_depth_mm;      ///< to the nearest voxel outside the body; 0 outside
  double body_volume_cc = 0.0;
  Eigen::Vector3d body_center_mm = Eigen::Vector3d::Zero();
};

/// \param metal_hu a voxel at or above is metal (CT only)
/// \param metal_margin_mm how far from metal somebody will ask for its distance
AnatomyMasks find_anatomy(const BaseImage& image, double metal_hu, double metal_margin_mm);

}  // namespace seedaudit
