// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/archive_manifest.h"

namespace seedaudit {

/// No implant's files are larger together when unpacked.
inline constexpr std::uint64_t kLargestCase = std::uint64_t{16} << 30U;

/// The text of a case.json that names exactly the case's files by absolute paths, so that `seedaudit run` on it audits this case. Files
/// inside a zip or tar are unpacked below `temporary` (made if absent, the caller removes it) under numbers for names, never under names of
/// the container's choosing. A case with a request_file has that file's own text to be used: its path is the request.
/// Errors: path_not_found (a file is gone since the scan), archive_unreadable, output_unwritable; the case's own refusal.
Result<std::string> materialise_case(const ArchiveManifest& manifest, const ArchiveCase& archive_case,
                                     const std::filesystem::path& temporary);

}  // namespace seedaudit
