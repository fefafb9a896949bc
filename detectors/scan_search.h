// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "detectors/candidates.h"
#include "detectors/dense_bodies.h"

namespace seedaudit {

/// Share of the weakest peak that a seed can have above which an object is looked at.
constexpr double kPeakShare = 0.65;

/// What stands out of a scan: regions that seeds may explain, and what is too large, or bone, and is only named.
struct FoundRegions {
  std::vector<CandidateRegion> regions;  ///< in memory order
  std::vector<CandidateRegion> large;
};

/// Regions that stand out as the weakest seed would, or less where a brighter one beside them lifts the ring that tells the background.
/// Large ones are cut at rising thresholds until their parts have the size of an implant. `ring_radius_mm` as for find_candidates.
FoundRegions search_scan(const CtVolume& ct, const DenseBodies& bodies, double weakest_peak_hu, double ring_radius_mm);

}  // namespace seedaudit
