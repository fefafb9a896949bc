// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/seed.h"

namespace seedaudit {

/// Confidence above which a seed is taken for one.
constexpr double kSurelyOne = 0.95;

/// Chance of each Detection::further. Where slices cut a core in two or more, its ends show and a second seed does too: of 78 in 87
/// simulated implants none was there. Where they do not, 4 of 31 in 77 were.
double further_chance(double slice_mm, double core_length_mm);

/// What a scan's look is wrong by is common to its objects: their log odds are off together by a normal variable of this standard
/// deviation.
constexpr double kOffTogether = 0.7;

/// A count less likely right than this is for a person to look at: of 119 simulated implants 45 had more and were ok besides, and all of
/// these counts were right; of the other 74 another 45 were.
constexpr double kSureCount = 0.8;

/// A probability whose log odds are off by so much.
double moved_by(double probability, double log_odds);

/// What the clusters, the confidence of their seeds and what may be a seed make of the count, which it sets.
void count_seeds(Detection& detection);

/// What the count and the doubts make of the outcome, which it sets. Said again after each change of either.
void conclude(Detection& detection);

/// For a detection that no audit judges: its outcome, which is low confidence too where the count is less likely right than `sure_count`.
Outcome outcome_alone(const Detection& detection, double sure_count = kSureCount);

}  // namespace seedaudit
