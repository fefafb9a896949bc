// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/survival.h"

namespace seedaudit {

/// A subject under competing risks. cause: index into the names, -1 censored.
struct CompetingObservation {
  double time_days = 0;
  int cause = -1;
};

/// Aalen and Johansen's estimate of the probability of each cause by a time, with the infinitesimal jackknife's standard error.
CumulativeIncidence cumulative_incidence(std::vector<CompetingObservation> observations, std::vector<std::string> causes);

}  // namespace seedaudit
