// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/source_model.h"
#include "samples/phantom/distractors.h"
#include "samples/phantom/implant.h"
#include "samples/phantom/motion.h"
#include "samples/phantom/phantom_case.h"
#include "samples/phantom/target_shape.h"

/// From what a case was made to what is known about it: plan, contours, truth, dose. Body coordinates are those of the maker.
namespace seedaudit {

struct CaseBasis {
  const Scenario& scenario;
  std::uint64_t seed = 0;
  const SourceModel& source;
  TargetShape gross;   ///< body coordinates
  TargetShape target;  ///< body coordinates
  /// Contoured as LIVER, and sampled for landmarks.
  std::optional<Shape> liver;
  Motion motion;  ///< post-op patient coordinates from body coordinates
  Eigen::Isometry3d plan_from_body = Eigen::Isometry3d::Identity();
  SeedGeometry geometry;
};

void fill_plan(PhantomCase& out, const CaseBasis& basis, const NeedlePlan& plan);
/// GTV, CTV, PTV, LIVER on the slices of out.preop; CTV on those of out.postop where the scenario asks for it.
void fill_structures(PhantomCase& out, const CaseBasis& basis);
/// Needs out.plan and out.postop.
void fill_truth(PhantomCase& out, const CaseBasis& basis, const Placement& placement, const std::vector<Distractor>& distractors);
/// Needs all of the above.
void fill_dosimetry(PhantomCase& out, const CaseBasis& basis);

}  // namespace seedaudit
