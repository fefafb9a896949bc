// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace seedaudit {

/// The keys of a case.json that say how `run` works, not what the case is: its options of the same names, which go before them.
struct RunKeys {
  std::optional<std::filesystem::path> config;  ///< JSON file of limits and method options, relative to the case.json
  std::optional<std::string> identity;          ///< keep, pseudonym, none
  std::optional<std::string> fail_on;           ///< warn, action
  std::optional<std::string> log_level;         ///< debug, info, warn, error, off
  std::optional<int> threads;                   ///< at most; 0 = all cores
  bool no_progress = false, json = false;
};

/// Whether a key of a case.json is one of these.
bool is_run_key(std::string_view key);

/// \param text of a case.json, whose other keys are passed over \param folder that of the file
/// Errors: bad_json, naming the key.
Result<RunKeys> parse_run_keys(std::string_view text, const std::filesystem::path& folder, const std::string& origin);

/// The same from a file; no keys where `case_path` means no case.json (io/case_file.h). Errors: those above, path_not_found,
/// unreadable_file.
Result<RunKeys> read_run_keys(const std::filesystem::path& case_path);

}  // namespace seedaudit
