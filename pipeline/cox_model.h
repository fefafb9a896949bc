// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "core/survival.h"

namespace seedaudit {

/// A column of the model: a number, or the indicator of a level. Columns of one covariate stand together.
struct CoxColumn {
  std::string covariate, level;
};

/// Proportional hazards by partial likelihood, ties after Efron: coefficients, Wald, likelihood-ratio and score test, concordance
/// (Harrell), and the score test of proportional hazards against the Kaplan-Meier transform of time, as cox.zph of R's survival 3 computes
/// it. Not estimated, and why, where there is no event, a column is constant or follows from the others among those at risk at events, or
/// the likelihood is monotone (an infinite coefficient); of the last the likelihood-ratio and the score test are given. \param x a row an
/// observation, a column of `columns` each; finite
CoxModel fit_cox(const std::vector<Observation>& observations, const Eigen::MatrixXd& x, const std::vector<CoxColumn>& columns);

/// Share of the pairs whose order of events is known in which the higher risk has the earlier event; ties of risk count one half.
/// Absent where there is no such pair.
std::optional<double> concordance(const std::vector<Observation>& observations, const Eigen::VectorXd& risk);

}  // namespace seedaudit
