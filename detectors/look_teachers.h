// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "detectors/look_learning.h"

namespace seedaudit {

/// Spread of ln(mass) of seeds of one scan, as kLeastMassSigma in seed_evidence.
constexpr double kAlike = 0.12;
/// From scan to scan (kV, kernel, body size) the mass moves by about a third: spread of its logarithm about physics.
constexpr double kSilverLogSigma = 0.35;
/// Of seeds, what the look that they taught leaves unexplained: 0.11 to 0.17 where they lie alone; of wire, struts and bone it is more.
constexpr double kTaughtAloneMisfit = 0.2;
/// Fewer teach nothing; fewer than the second are few; more than the third are not needed.
constexpr std::size_t kEnoughTeachers = 3, kFewTeachers = 7, kMostTeachers = 14;

/// Whether the object is brighter than tissue can be. What is not, a vessel in lung, stands out by as much as a seed, and is of one mass
/// with the next one.
bool outshines_tissue(const SeedGroup& group);

/// Smallest misfit first.
void best_first(std::vector<LookTeacher>& some);

/// Best first, without what fits much worse than the best third: that is another kind.
void keep_good(std::vector<LookTeacher>& some);

/// The largest set whose ln(mass) is within `width`; none where it is less than that share of them all. For teachers of one seed each.
std::vector<LookTeacher> alike_of(std::vector<LookTeacher> some, const AppearanceParameters& look, double share,
                                  double width = 2.0 * kAlike);

}  // namespace seedaudit
