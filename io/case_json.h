// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"
#include "io/case_request.h"

namespace seedaudit {

/// Reads a case.json into a request whose `path` is the key "case" (a folder) or, without it, the file's own folder; a file that names
/// every input it needs is not searched for more when "search" is false.
/// Errors: path_not_found, unreadable_file, bad_json (not JSON, unknown key, wrong type; naming the key), invalid_option.
Result<CaseRequest> read_case_json(const std::filesystem::path& path);

/// The same from text; relative paths are resolved against `folder`.
Result<CaseRequest> parse_case_json(std::string_view text, const std::filesystem::path& folder, const std::string& origin);

/// Where `request.path` means a case.json (io/case_file.h), the request with the file's values filled in below its own (options win).
/// Otherwise the request as it is. The result is checked. A caller reads `registration` from it; read_case() calls it itself.
Result<CaseRequest> resolve_request(const CaseRequest& request);

}  // namespace seedaudit
