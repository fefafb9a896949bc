// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/outcomes.h"
#include "core/outcomes_summary.h"
#include "pipeline/outcomes_patients.h"

namespace seedaudit {

/// Response by mRECIST: counts, and objective response and disease control of the evaluable and of all patients.
void add_responses(const OutcomeTable& table, const MatchedPatients& patients, OutcomesSummary& out);
/// Complications by CTCAE grade, each and the worst of a patient, which is known where all are recorded.
void add_complications(const OutcomeTable& table, const MatchedPatients& patients, OutcomesSummary& out);

}  // namespace seedaudit
