// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/ct_volume.h"
#include "core/frames.h"
#include "core/progress.h"
#include "core/registration_result.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// Where the registration has to be right: the target of the plan, as a ball.
struct TargetRegion {
  Point<PlanFrame> center;
  double radius_mm = 20.0;
  /// Other places where a deformation shall be right: boxes of organs at risk. They widen the region that may deform, within limits.
  std::vector<Box<PlanFrame>> organs = {};
};

/// Whether anatomy may deform.
enum class DeformableUse {
  never,
  automatic,  ///< where parts of the target's neighbourhood lie elsewhere than one rigid motion puts them
  always
};

struct RegistrationOptions {
  /// Millimetres of anatomy around the target that the local step looks at. Larger: more structure, but tissue that moves apart from it.
  double local_margin_mm = 25.0;
  /// Post-op voxels at or above this are taken for metal, and masked with their streaks. Lower masks bone too.
  double metal_hu = 1200.0;
  /// Masked distance around metal, across the slice. Larger hides more streaks and more anatomy.
  double metal_margin_mm = 5.0;
  /// Result "ok" only where independent starts and radii agree at the target within this.
  double agreement_ok_mm = 3.0;
  /// A local step that moves the target farther than this against the skeleton is not believed.
  double max_local_shift_mm = 45.0;
  /// Stop after the whole-body step (skeleton and skin): right only where nothing moved inside the body.
  bool local_step = true;
  DeformableUse deformable = DeformableUse::never;
  /// Millimetres around the target that may deform. Larger costs time and follows more of what slides.
  double deformable_margin_mm = 50.0;

  /// Quotes the offending value and its range.
  Status check() const;
};

/// Rigid transform from the pre-op image to the post-op CT, valid at the target (docs/algorithms/registration.md). Found from anatomy
/// alone: metal and its streaks are masked in both images and the seeds have no say. Whole body first, started from every plausible body
/// position whatever the tags say; then the region around the target, since organs move against the skeleton. \param target in the pre-op
/// frame; without it the middle of the pre-op body is used, and a warning says so \return outcome ok, low_confidence or failed with the
/// reason; never throws. Bit-identical for any number of threads.
PlanRegistration register_preop_to_postop(const PreopVolume& preop, const CtVolume& postop, const std::optional<TargetRegion>& target,
                                          const RegistrationOptions& options, const Progress& progress = {});

}  // namespace seedaudit
