// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/frames.h"
#include "core/result.h"
#include "core/warp.h"

namespace seedaudit {

/// How far one structure, drawn on both scans, agrees after mapping.
struct ContourDice {
  std::string name;
  double dice = 0.0;  ///< 0 apart, 1 the same
};

/// How well two volumes were brought together; every figure is measured, none assumed (docs/algorithms/registration.md).
struct RegistrationQa {
  std::optional<double> similarity_before;  ///< normalised mutual information of the region around the target, 0..1
  std::optional<double> similarity_after;
  std::optional<double> start_agreement_mm;  ///< largest distance at the target between results from independent starts
  std::optional<double> inverse_consistency_mm;
  std::optional<double> local_shift_mm;    ///< how far the local step moved the target from the whole-body step
  std::optional<double> overlap_fraction;  ///< of the target region of the pre-op image that lies in the post-op image
  std::optional<double> landmark_tre_mean_mm;
  std::optional<double> landmark_tre_max_mm;
  // Where the transform was fitted to landmark pairs.
  std::optional<double> landmark_residual_rms_mm;  ///< of the pairs that it was fitted to: says less than error at others
  std::optional<double> landmark_expected_tre_mm;  ///< error to be expected at the target, from that residual
  int starts_tried = 0;
  // Of the deformation; absent where none was sought.
  std::optional<double> deformable_similarity_before;  ///< of the region that may deform, under the rigid transform alone
  std::optional<double> deformable_similarity_after;
  std::optional<double> jacobian_min;  ///< smallest and largest factor by which small volumes change
  std::optional<double> jacobian_max;
  std::optional<double> deformable_inverse_mm;  ///< largest at the target between a point and what backward makes of forward
  std::vector<ContourDice> contour_dice;        ///< of structures drawn on both scans
  std::optional<double> rigid_deformable_mm;    ///< largest distance at the target between the rigid and the deformed place
};

/// Pre-op/plan frame to post-op CT. ct_from_plan is meaningful only when outcome.usable().
struct PlanRegistration {
  Outcome outcome;
  Rigid<CtFrame, PlanFrame> ct_from_plan;
  /// On top of ct_from_plan, where a deformation was sought and may be used; null: none.
  std::shared_ptr<const DisplacementField<CtFrame, PlanFrame>> deformation;
  std::string method;  ///< "rigid+local", "rigid+local+deformable", "given", "same_frame", "none"
  RegistrationQa qa;
  Warnings warnings;

  /// Where points of the plan's frame lie in the scan: rigid, and deformed where a deformation is there.
  Warp<CtFrame, PlanFrame> warp() const { return {ct_from_plan, deformation}; }
};

}  // namespace seedaudit
