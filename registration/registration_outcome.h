// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "registration/local_step.h"
#include "registration/pose_search.h"

/// Internal to registration: from evidence to an outcome.
namespace seedaudit {

/// How well the skeletons lie on each other under the pose that fits them best.
struct SkeletonFit {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double mean_mm = 0.0;     ///< mean distance of bone of either image to bone of the other, where both see
  double overlap_cc = 0.0;  ///< bone that both images see; too little of it says nothing
};

/// Climbs from a whole-body pose to the pose that fits bone on bone.
SkeletonFit fit_skeleton(const PreparedImage& fixed, const PreparedImage& moving, const Eigen::Isometry3d& start);

struct Evidence {
  PoseSearch search;
  SkeletonFit skeleton;
  LocalResult local;
  double local_shift_mm = 0.0;  ///< of the target against the skeleton
  bool both_ct = true;
  bool target_given = true;
};

/// The table of docs/algorithms/registration.md: the first row that fits.
Outcome judge(const Evidence& evidence, const RegistrationOptions& options);

}  // namespace seedaudit
