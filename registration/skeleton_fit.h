// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registration/prepared_image.h"

/// Internal to registration: bone on bone.
namespace seedaudit {

/// How well the skeletons lie on each other under the pose that fits them best.
struct SkeletonFit {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double mean_mm = 0.0;     ///< mean distance of bone of either image to bone of the other, where both see
  double overlap_cc = 0.0;  ///< bone that both images see; too little of it says nothing
};

/// Climbs from a whole-body pose to the pose that fits bone on bone.
SkeletonFit fit_skeleton(const PreparedImage& fixed, const PreparedImage& moving, const Eigen::Isometry3d& start);

}  // namespace seedaudit
