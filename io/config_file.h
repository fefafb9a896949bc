// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// Settings as a file states them: dotted key and value as text, in the file's order. What the keys mean is known to their owner.
using ConfigEntries = std::vector<std::pair<std::string, std::string>>;

/// Reads a JSON object of numbers, texts and booleans, nested at will: {"limits": {"margin_mm": 12}} is ("limits.margin_mm", "12").
/// Errors: path_not_found, unreadable_file, bad_json (not JSON, a list or null as a value, a key that is there twice).
Result<ConfigEntries> read_config(const std::filesystem::path& path);
Result<ConfigEntries> parse_config(std::string_view text, const std::string& origin);

}  // namespace seedaudit
