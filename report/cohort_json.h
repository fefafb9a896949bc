// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/cohort_summary.h"

namespace seedaudit {

/// cohort.json: every figure of the summary; null where it could not be computed.
std::string cohort_json(const CohortSummary& cohort);
/// summary.csv: one row a time, level, metric and phase. Empty cells: not computed.
std::string cohort_summary_csv(const CohortSummary& cohort);
/// cases.csv: one row a lesion; a case without lesions has one row. Nothing in it names a patient unless a case id does.
std::string cohort_cases_csv(const CohortSummary& cohort);
/// What the terminal shows.
std::string cohort_text(const CohortSummary& cohort);

}  // namespace seedaudit
