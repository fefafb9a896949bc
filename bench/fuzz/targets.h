// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace seedaudit::bench {

/// A reader of this program, given a file of which it may believe nothing.
struct FuzzTarget {
  std::string kind;  ///< folder of the corpus that holds its inputs
  bool text;
  /// \return whether the file was accepted
  bool (*read)(const std::filesystem::path& file);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace seedaudit::bench
