// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace seedaudit {

/// Names for the files of a shared case that say nothing: the folder tree stays, every folder and file gets a number in it, in the order of
/// the old paths, so that whatever depends on that order comes out the same.
class SharedNames {
 public:
  /// \param files absolute paths, each with the extension of its new name
  explicit SharedNames(const std::map<std::filesystem::path, std::string>& files);

  /// Of a file, relative to the output folder, or of a folder that holds some of the files; nothing for any other path.
  std::optional<std::filesystem::path> of(const std::filesystem::path& path) const;
  /// The folder that all files lie in.
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
  std::map<std::filesystem::path, std::filesystem::path> names_;  ///< old absolute path -> new relative one, folders as well
};

}  // namespace seedaudit
