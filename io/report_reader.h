// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/cohort_record.h"
#include "core/result.h"

namespace seedaudit {

/// A report.json as a cohort needs it; unknown keys are ignored, null and absent alike are absent.
/// Errors: bad_json, naming the key: not JSON, another schema version than 1.x, a wrong type.
Result<CohortRecord> parse_report(std::string_view text, const std::string& path);

struct CohortFolder {
  std::vector<CohortRecord> records;    ///< in order of path
  std::vector<CohortLeftOut> left_out;  ///< unreadable reports, folders that may not be entered, a case id that is there twice
};
/// Every report.json below the folder; paths are relative to it. Errors: path_not_found, unreadable_file (no folder), empty_folder (no
/// report that can be read; names the first that cannot).
Result<CohortFolder> read_cohort_folder(const std::filesystem::path& folder);

}  // namespace seedaudit
