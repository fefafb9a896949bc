// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "core/result.h"
#include "samples/phantom/phantom_case.h"

namespace seedaudit {

struct BackgroundOptions {
  /// Centre of the target in the CT; none: the middle of the largest ball of soft tissue.
  std::optional<Point<CtFrame>> target_center;
};

/// Simulates one implant in a CT that exists. Post-op: the CT with the seeds and the other metal put in; pre-op: the same CT with the other
/// metal alone, its origin shifted, so a registration between the two is too easy to prove anything. Of the scenario count: implant,
/// distractors (no stents, screws, contrast), kernel, quanta, views, detector and - where the CT states none - voltage and slice thickness
/// of the post-op scan, post-op contours, days, dose grid. Geometry, position and all else are the CT's.
/// Errors: invalid_option (what a background cannot have, target outside the CT), bad_scenario (plan goal out of reach, no soft tissue, no
/// place for migrated seeds), wrong_modality, inconsistent_geometry (not axial), unknown_source.
Result<PhantomCase> simulate_in_background(CtVolume background, const Scenario& scenario, const BackgroundOptions& options,
                                           std::uint64_t seed, const Progress& progress = {});

}  // namespace seedaudit
