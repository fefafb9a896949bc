// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

namespace seedaudit {

/// Called by long stages with their name and the fraction done, 0..1. May be empty. Called from one thread at a time.
using Progress = std::function<void(std::string_view stage, double fraction)>;

inline void report_progress(const Progress& progress, std::string_view stage, double fraction) {
  if (progress) progress(stage, fraction);
}

}  // namespace seedaudit
