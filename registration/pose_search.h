// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "registration/prepared_image.h"

/// Internal to registration: whole-body poses from nothing, whatever the body position tags say.
namespace seedaudit {

struct Pose {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double value = 0.0;    ///< entropy correlation of the overlap
  double overlap = 0.0;  ///< of the smaller body, 0..1
  double score = 0.0;    ///< value, less where the overlap is small
};

struct PoseSearch {
  std::vector<Pose> poses;  ///< distinct, best first, refined at the middle scale
  int starts = 0;           ///< poses whose similarity was looked at
};

/// Tries every body position (turned about the long axis in steps of 45 degrees, head or feet first), every offset along the long axis that
/// leaves an overlap, and shifts across it; climbs from the best of them.
PoseSearch search_poses(const PreparedImage& fixed, const PreparedImage& moving);

}  // namespace seedaudit
