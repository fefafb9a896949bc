// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace seedaudit {

/// Content that lies whole and synced under a hidden temporary name in the folder of `path`, waiting to take its name. Lets a set of files
/// appear together: write all, then commit all. Destroyed before commit() it leaves no trace.
class PendingFile {
 public:
  /// A path that is a device or a pipe (e.g. /dev/stdout) is written at once. Errors: output_unwritable with the path and what to do; the
  /// temporary file is then gone.
  static Result<PendingFile> write(const std::filesystem::path& path, std::string_view content);
  /// Renames over `path`: a reader sees the old file or the whole new one, also after a crash. Errors: output_unwritable.
  Status commit();

  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&& other) noexcept;
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile();

 private:
  PendingFile() = default;
  static Result<PendingFile> write_temporary(const std::filesystem::path& path, std::string_view content);

  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< empty: nothing is pending
};

/// Writes one file and commits it. Errors: output_unwritable; then `path` is untouched and nothing is left behind.
Status write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes the folder and its parents and proves that a file can be made in it. Errors: output_unwritable.
Status ensure_writable_folder(const std::filesystem::path& folder);

/// Removes temporary files that a killed run of this program left in `folder`; those of processes that still run are kept.
/// \return how many were removed
int remove_stale_temporaries(const std::filesystem::path& folder);

}  // namespace seedaudit
