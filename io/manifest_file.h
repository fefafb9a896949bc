// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/archive_manifest.h"

namespace seedaudit {

/// Reads a manifest.json as `seedaudit scan` writes it. Strict: an unknown or missing key, another type, an impossible date, a path that
/// leads out of the archive or two cases of one case_id are refused, naming where.
/// Errors: path_not_found, unreadable_file, bad_json.
Result<ArchiveManifest> read_manifest(const std::filesystem::path& path);

/// The same from text; `origin` names it in messages.
Result<ArchiveManifest> parse_manifest(std::string_view text, const std::string& origin);

}  // namespace seedaudit
