// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/outcomes_summary.h"

namespace seedaudit {

/// The plots by file name: outcomes_<endpoint>.svg and _by_<covariate>.svg of what is a probability, outcomes_incidence.svg,
/// outcomes_<endpoint>_ratios.svg.
std::vector<std::pair<std::string, std::string>> outcomes_plots(const OutcomesSummary& outcomes);
/// The part of cohort.html on outcomes, with the plots in it.
std::string outcomes_section(const OutcomesSummary& outcomes);
/// What the terminal shows.
std::string outcomes_text(const OutcomesSummary& outcomes);

}  // namespace seedaudit
