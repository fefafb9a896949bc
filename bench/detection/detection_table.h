// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace seedaudit::bench {

/// Prints the figures of cases.jsonl files (or folders that hold one) by class of slice thickness, both methods beside the target.
/// \return exit code
int print_detection_table(const std::vector<std::string>& files);

}  // namespace seedaudit::bench
