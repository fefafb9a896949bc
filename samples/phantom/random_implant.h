// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/result.h"
#include "samples/phantom/implant.h"

namespace seedaudit {

/// Seeds alone, without plan or dose: for detection.
struct RandomImplantOptions {
  int seeds = 30;
  /// Volume of the ball about the origin in which the needles meet, per seed; more spreads the seeds.
  double cc_per_seed = 1.0;
  /// Share of the seeds that lie in clusters, 0..1.
  double clustered_fraction = 0.5;
  /// Surfaces of seeds of different clusters are at least so far apart, mm.
  double minimum_gap_mm = 1.2;
  /// Seeds lie inside this box about the origin, half sizes, mm.
  Eigen::Vector3d half_box_mm{60.0, 60.0, 55.0};
  /// One seed more, far from all others: "stray".
  bool stray = false;

  Status check() const;
};

/// A random implant about the origin. Clusters, by the name given in Placement::clusters: "rod" (2 to 8 seeds of one needle, 5 mm apart),
/// "pair" (side by side), "T", "X", "chain" (3 to 5 seeds end to end, bent). Needles share one direction within a few degrees, which is
/// any: across, along or oblique to the slices. All seeds are present; expected is where they are; the stray one counts as migrated.
/// Errors: invalid_option; bad_scenario where the box is too small for them.
Result<Placement> random_implant(const RandomImplantOptions& options, const SeedGeometry& geometry, std::uint64_t seed);

}  // namespace seedaudit
