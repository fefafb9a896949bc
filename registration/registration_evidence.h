// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/progress.h"
#include "registration/bone_agreement.h"
#include "registration/deformable_step.h"
#include "registration/local_step.h"
#include "registration/pose_search.h"
#include "registration/skeleton_fit.h"
#include "registration/skeleton_witness.h"

/// Internal to registration: everything that the outcome rests on, measured on one pair of images.
namespace seedaudit {

struct Evidence {
  PoseSearch search;  ///< the pose followed is in front; empty: nothing else was measured
  LocalResult local;
  SkeletonFit skeleton;
  BoneAgreement bones;
  std::optional<SkeletonWitness> witness;      ///< where the fixed image is no CT
  std::optional<DeformableResult> deformable;  ///< where it was sought
  double local_shift_mm = 0.0;                 ///< of the target against the skeleton
  bool both_ct = true;
  bool target_given = true;
  int starts = 0;  ///< poses whose similarity was looked at
};

/// Whole-body poses, then the region around the target under the two best of them, then what testifies for and against the result.
/// Where bone or dense contrast agent leaves little else around the target, it has a say there. \param deformable_radius_mm about the
/// target that may deform
Evidence gather_evidence(PreparedImage fixed, PreparedImage moving, const Ball& target, bool target_given, double deformable_radius_mm,
                         const RegistrationOptions& options, const Progress& progress);

}  // namespace seedaudit
