// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/survival.h"

namespace seedaudit {

/// Product-limit estimate with Greenwood's standard error. Who is censored at a time of events counts as at risk then.
SurvivalCurve kaplan_meier(std::vector<Observation> observations);

/// Survival just after a time; the step it stands on, or nullptr before the first one (S = 1).
const SurvivalStep* step_at(const SurvivalCurve& curve, double time_days);

/// Mantel's log-rank test of k groups with the hypergeometric variance. A group of which no event is expected (all censored before the
/// first event) is left out and takes its degree of freedom along. Not computed without events or with fewer than two such groups.
/// \param group of each observation, 0 .. groups - 1
LogRank log_rank(const std::vector<Observation>& observations, const std::vector<int>& group, int groups);

}  // namespace seedaudit
