// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace seedaudit {

/// The whole of a file that a person wrote or named: JSON, CSV, a matrix.
/// \param what names it in messages, e.g. "CSV file"
/// Errors: path_not_found; unreadable_file for a folder, a file that may not be read, or one of more than 256 MB, which is no such text.
Result<std::string> read_text_file(const std::filesystem::path& path, const std::string& what);

/// The bytes of a file, however large. Errors: path_not_found, unreadable_file.
Result<std::string> read_file_bytes(const std::filesystem::path& path);

}  // namespace seedaudit
