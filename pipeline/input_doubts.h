// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/audit_report.h"

namespace seedaudit {

/// Warnings after which a figure may be wrong although every stage succeeded: an implausible unit, a slice that had to be made up, objects
/// that may be another patient's. Each code becomes one flag of its own name, so that it stands in the summary too.
/// \return in the order of the table, each code once with its first message
std::vector<Flag> doubts_of_input(const Warnings& warnings);

/// Codes of those raised flags that ask for a person's look before the numbers are used.
std::vector<std::string> doubts_to_review(const std::vector<Flag>& flags);

}  // namespace seedaudit
