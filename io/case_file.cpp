// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_file.h"

#include <system_error>

namespace seedaudit {
namespace fs = std::filesystem;

std::optional<fs::path> case_file_of(const fs::path& path) {
  std::error_code problem;
  if (!fs::is_directory(path, problem))
    return path.extension() == ".json" && fs::exists(path, problem) ? std::optional(path) : std::nullopt;
  const fs::path own = path / "case.json";
  return fs::is_regular_file(own, problem) ? std::optional(own) : std::nullopt;
}

}  // namespace seedaudit
