// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

namespace seedaudit {

/// The case.json that a path means: itself, or the one that lies right in the folder, as `scan` and `batch` take it. Nothing for a folder
/// without, and for other files.
std::optional<std::filesystem::path> case_file_of(const std::filesystem::path& path);

}  // namespace seedaudit
