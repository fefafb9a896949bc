// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "io/case_request.h"
#include "io/clean_text.h"

/// The files of a case that are not DICOM, without identity.
namespace seedaudit {

/// A CSV list of seeds or landmarks: the columns that an audit reads and no other, numbers as they stand, needle names cleaned, comments
/// gone. Errors: path_not_found, unreadable_file, bad_csv.
Result<std::string> deidentified_csv(const std::filesystem::path& path, const TextCleaner& cleaner);

/// What a case.json says, with paths by `new_path` (relative to the output folder), dates moved, names of targets cleaned, and without the
/// case's own name. Errors: those of `new_path`; date_implausible (a date that cannot be moved).
Result<std::string> deidentified_case_json(const CaseRequest& request, const TextCleaner& cleaner, std::chrono::days shift,
                                           const std::function<Result<std::string>(const std::filesystem::path&)>& new_path);

}  // namespace seedaudit
