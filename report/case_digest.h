// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/case_row.h"
#include "core/result.h"

namespace seedaudit {

/// Fills the columns that a report.json answers (status to days_since_implant, and the patient where it bears a pseudonym); leaves the
/// others. Errors: bad_json, where the text is no report of a schema this program knows, or not of the row's case; patient_mismatch, where
/// it bears another pseudonym than the row.
Status fill_row(CaseRow& row, std::string_view report_json);

/// cases.csv: a header and one line a row, columns as in visit_columns; absent values are empty.
std::string case_rows_csv(const std::vector<CaseRow>& rows);

/// summary.json: cases by status, cause, verdict and phase, and who audited them, how patients are named and what became of
/// dates. Nothing in it depends on the time.
std::string case_rows_summary(const std::vector<CaseRow>& rows, const std::string& identity, bool dates_shifted);

}  // namespace seedaudit
