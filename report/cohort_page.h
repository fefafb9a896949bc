// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/cohort_summary.h"

namespace seedaudit {

/// cohort.html: one file that opens offline. The summary and a table of all cases that can be sorted and filtered; of its rows only those
/// in view are in the page, so that ten thousand stay fluent.
/// \param reports what the paths of the reports are relative to, as seen from the page; links are left out where empty
/// \param outcomes from outcomes_section(); empty: none
std::string cohort_html(const CohortSummary& cohort, const std::string& reports, const std::string& outcomes = {});

}  // namespace seedaudit
