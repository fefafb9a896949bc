// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/result.h"

namespace seedaudit {

/// Keeps every other run out of an output folder while it lives: the files of two would replace each other one by one. The folder itself is
/// locked, so that nothing is left in it and the hold ends with the process, whatever ends that. Where the file system cannot lock, nobody
/// is kept out.
class OutputHold {
 public:
  /// Errors: invalid_option while another run holds the folder.
  static Result<OutputHold> take(const std::filesystem::path& folder);
  OutputHold() = default;
  OutputHold(OutputHold&& other) noexcept;
  OutputHold& operator=(OutputHold&& other) noexcept;
  OutputHold(const OutputHold&) = delete;
  OutputHold& operator=(const OutputHold&) = delete;
  ~OutputHold();

 private:
  int folder_ = -1;
};

}  // namespace seedaudit
