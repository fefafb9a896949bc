// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/outcomes_summary.h"
#include "pipeline/outcomes_patients.h"

/// Who is in an analysis, and in which of its groups.
namespace seedaudit {

/// Patients with a value of all covariates whose observation goes on when the last of these is known. A time is not moved: all enter at
/// the landmark, so that every comparison among those at risk is the same as from there. \param members their places in `observed`
AnalysisSet analysis_set(const std::vector<const PatientCovariate*>& covariates, const std::vector<std::optional<Observation>>& observed,
                         std::vector<std::size_t>& members);

/// In the order of bytes.
std::vector<std::string> levels_of(const PatientCovariate& covariate, const std::vector<std::size_t>& members);

/// Why words are not levels; they may be names then, and are not repeated. Empty: they are.
std::string not_levels(std::size_t levels, std::size_t patients);

struct PatientGroups {
  AnalysisSet set;
  std::string why_not;  ///< empty: groups follow
  std::vector<std::string> names;
  std::vector<std::size_t> members;  ///< places in `observed`
  std::vector<int> group;            ///< of each member, into names
};

/// By words, or by the side of a limit.
PatientGroups group_patients(const PatientCovariate& covariate, const std::vector<std::optional<Observation>>& observed,
                             const std::optional<double>& limit);

}  // namespace seedaudit
