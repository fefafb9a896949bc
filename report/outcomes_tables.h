// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/outcomes_summary.h"

/// The tables of docs/outcomes.md. Empty cells: not defined, or not computed.
namespace seedaudit {

/// A row a step of each curve.
std::string outcomes_survival_csv(const OutcomesSummary& outcomes);
/// A row a step and cause.
std::string outcomes_incidence_csv(const OutcomesSummary& outcomes);
std::string outcomes_gray_csv(const OutcomesSummary& outcomes);  ///< one row a covariate, cause and group
/// A row a coefficient, of each model; a model that was not estimated has one row with the reason.
std::string outcomes_cox_csv(const OutcomesSummary& outcomes);
/// A row a group of each log-rank test.
std::string outcomes_groups_csv(const OutcomesSummary& outcomes);
/// Responses and complications.
std::string outcomes_counts_csv(const OutcomesSummary& outcomes);

}  // namespace seedaudit
