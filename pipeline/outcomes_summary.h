// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/outcomes.h"
#include "core/outcomes_summary.h"
#include "core/result.h"
#include "pipeline/outcomes_patients.h"

namespace seedaudit {

struct OutcomesOptions {
  /// Covariates of the multivariate model. Which belong in it is a clinical question: without a list there is none.
  std::vector<std::string> covariates;
  /// Patients are grouped by their coldest lesion at these, for curves: % of the prescription, and %.
  double limit_d90_pct = 90.0, limit_v100_pct = 90.0;
};

/// Everything of docs/algorithms/outcomes.md over matched patients. Errors: invalid_option: a covariate that is not there, or twice.
Result<OutcomesSummary> summarise_outcomes(const OutcomeTable& table, const MatchedPatients& patients, const OutcomesOptions& options);

}  // namespace seedaudit
