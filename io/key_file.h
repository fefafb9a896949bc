// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace seedaudit {

/// The site's key for pseudonyms: 64 hexadecimal characters on one line.
/// Errors: path_not_found, unreadable_file (also: no key, or others than the owner may read it).
Result<std::string> read_key_file(const std::filesystem::path& path);

/// As read_key_file; where there is no file, one is made with 256 random bits of the operating system, for the owner alone (mode 0600).
/// Of two processes that make it at once, both end with the same key. Errors: also output_unwritable.
Result<std::string> read_or_make_key_file(const std::filesystem::path& path);

}  // namespace seedaudit
