// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/frames.h"

namespace seedaudit {

/// One found seed and the planned seed it is taken for; indices into the two lists given.
struct SeedMatch {
  int found = 0;
  int planned = 0;
  double distance_mm = 0.0;
};

/// What a pair costs. By distance a seed that went far may push each neighbour one place on, since the sum along a row is the same; by its
/// root one long way is cheaper than several short ones.
enum class MatchCost { distance, root_of_distance };

/// Globally optimal one-to-one assignment: as many pairs as possible with each pair no farther apart than the gate, and of those
/// assignments the one with the smallest sum of costs (docs/algorithms/matching.md). Distances are compared at 1 um. Equal sums are
/// broken by index, so the answer depends on the order of the lists only, never on threads. \param planned_mapped planned centres carried
/// into the post-op frame \param gate_mm > 0; pairs farther apart are never matched. A gate or a coordinate that is not finite matches
/// nothing. \return sorted by found
std::vector<SeedMatch> match_seeds(const std::vector<Point<CtFrame>>& found, const std::vector<Point<CtFrame>>& planned_mapped,
                                   double gate_mm, MatchCost cost = MatchCost::distance);

}  // namespace seedaudit
