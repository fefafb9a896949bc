// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/registration_result.h"
#include "core/seed.h"
#include "core/warp.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// What the pre-op scan shows at the place of one found seed.
struct PriorPresence {
  int seed_id = 0;
  bool seen = false;         ///< the pre-op scan covers the place
  double new_mass = 0.0;     ///< HU mm^3 above the surroundings that the post-op scan shows and the pre-op scan does not
  double dense_share = 0.0;  ///< of what is denser than tissue in the post-op scan, how much the pre-op scan shows as well
  double shift_mm = 0.0;     ///< how far the pre-op scan had to be moved here for the best agreement
};

/// Compares the surroundings of each found seed in both CT scans: integrated HU above the surroundings within 4.5 mm, which slice
/// thickness and kernel leave alone, after the best small local shift (even a deformation is smoother than organs). Parallel over seeds.
std::vector<PriorPresence> compare_with_preop(const Detection& detection, const std::vector<CtVolume>& postop, const PreopVolume& preop,
                                              const Warp<CtFrame, PlanFrame>& ct_from_plan);

/// Sets aside, as already_preop, what was there before the implant: clips, coils, stents, calcification, lipiodol, seeds of an earlier
/// implant. Only behind a registration that is ok, and only with a pre-op CT; else nothing is touched. What is set
/// aside is said (ALREADY_PREOP; MOSTLY_ALREADY_PREOP for half and more). What is neither clearly new nor clearly old stays a seed and is
/// warned of (OLD_OR_NEW_UNCLEAR). docs/algorithms/matching.md.
void set_aside_what_was_there(const std::vector<CtVolume>& postop, const PreopVolume& preop, const PlanRegistration& registration,
                              const DetectorOptions& options, Detection& detection);

}  // namespace seedaudit
