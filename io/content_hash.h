// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// SHA-256 (FIPS 180-4) of a byte string, 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// SHA-256 of one file's bytes. Errors: path_not_found, unreadable_file.
Result<std::string> sha256_of_file(const std::string& path);

/// One digest for a set of files: SHA-256 over their sorted digests, so that neither names nor order change it; files are read in
/// parallel. For a single file it is that file's own digest. Errors as sha256_of_file.
Result<std::string> sha256_of_files(const std::vector<std::string>& paths);

}  // namespace seedaudit
