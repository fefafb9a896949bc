// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/outcomes.h"
#include "core/result.h"

namespace seedaudit {

/// The CSV file of outcomes, one row a patient (docs/outcomes.md has the columns). Nothing is guessed: a date, word or grade outside the
/// schema, a key twice, an end before its start, a column of numbers and words are errors.
/// \param key the site's key, for a column patient_id; ids become pseudonyms and are not kept. Empty: such a column is refused.
/// Errors: bad_csv naming line and column.
Result<OutcomeTable> parse_outcomes(std::string_view text, const std::string& origin, const std::string& key = {});
/// Errors: also path_not_found, unreadable_file.
Result<OutcomeTable> read_outcomes(const std::filesystem::path& path, const std::string& key = {});

}  // namespace seedaudit
