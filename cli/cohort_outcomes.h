// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/cohort_summary.h"
#include "core/result.h"

namespace CLI {
class App;
}

namespace seedaudit {

/// What `cohort` is told of outcomes.
struct OutcomesCommand {
  std::string outcomes, key;
  std::vector<std::string> covariates;
};

/// Adds --outcomes, --covariates and --key.
void add_outcomes_options(CLI::App& command, OutcomesCommand& options);

/// What `cohort` adds to its output; empty without --outcomes.
struct OutcomesOutput {
  std::vector<std::pair<std::string, std::string>> files;  ///< name and content
  std::string section, text;
};

/// Reads the outcomes and analyses them with the audits of `summary`. \param database of the audits, which knows whose they are; may be
/// empty \param limit_d90_pct, limit_v100_pct groups of curves
Result<OutcomesOutput> analyse_outcomes(const OutcomesCommand& options, const CohortSummary& summary, const std::string& database,
                                        double limit_d90_pct, double limit_v100_pct);

/// Refuses an outcomes file that the output would overwrite. Errors: invalid_option.
Status check_outcomes_apart(const OutcomesCommand& options, const std::filesystem::path& folder, const OutcomesOutput& output);

/// Removes outputs of an earlier run on outcomes that this one did not write, so that none stands beside another cohort.
void remove_old_outcomes(const std::filesystem::path& folder, const OutcomesOutput& written);

}  // namespace seedaudit
