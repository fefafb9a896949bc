// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace seedaudit {

/// Writes `content` to a hidden temporary name in the folder of `path`, forces it to the medium, then renames it over `path`: a reader
/// sees the old file or the whole new one, also after a crash. On failure the temporary file is removed and `path` is untouched.
/// A path that is a device or a pipe (e.g. /dev/stdout) is written directly.
/// Errors: output_unwritable with the path and what to do.
Status write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes the folder and its parents and proves that a file can be made in it. Errors: output_unwritable.
Status ensure_writable_folder(const std::filesystem::path& folder);

/// Removes temporary files that a killed run of this program left in `folder`; those of processes that still run are kept.
/// \return how many were removed
int remove_stale_temporaries(const std::filesystem::path& folder);

}  // namespace seedaudit
