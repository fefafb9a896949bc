// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/survival.h"
#include "pipeline/cumulative_incidence.h"

namespace seedaudit {

/// Gray's test (1988, rho = 0) of whether the cumulative incidence of one cause is the same in all groups while others compete; formulas in
/// docs/algorithms/outcomes.md. Not computed without an event of the cause, with fewer than two groups of which one is expected, or where
/// the covariance has no inverse. \param group of each observation, 0 .. groups - 1 \param cause index of the cause
GrayTest gray_test(const std::vector<CompetingObservation>& observations, const std::vector<int>& group, int groups, int cause);

}  // namespace seedaudit
