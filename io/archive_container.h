// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/result.h"

/// Files inside a zip or tar (also compressed), one after the other: no member is ever held in memory.
namespace seedaudit {

/// No object of one implant is larger, and no zip bomb fills the disk.
inline constexpr std::uint64_t kLargestMember = std::uint64_t{2} << 30U;

/// The file's first bytes are those of a zip, tar, or a tar compressed by gzip, bzip2, xz or zstd.
bool is_container(const std::filesystem::path& path);

struct ContainerMember {
  std::string name;  ///< as the container has it, "/" between folders
  bool safe = true;  ///< neither absolute nor with ".." in it
  /// Writes the member's bytes to `file`. Errors: archive_unreadable (damaged, encrypted, larger than kLargestMember), output_unwritable.
  std::function<Status(const std::filesystem::path& file)> extract;
};

/// Calls `visit` for every regular member in the container's order, until it returns an error. Links and devices are passed over.
/// Errors: archive_unreadable; those of `visit`.
Status walk_container(const std::filesystem::path& path, const std::function<Status(const ContainerMember&)>& visit);

}  // namespace seedaudit
