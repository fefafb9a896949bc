// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/case_row.h"
#include "pipeline/child_process.h"

namespace seedaudit {

/// Writes into the row how an audit without a report ended: status, cause and one line for people.
/// \param said what its process wrote, scrubbed
void describe_ending(CaseRow& row, const ChildOutcome& outcome, const std::string& said, std::chrono::seconds time_limit);

/// The last message of the program in its log ("seedaudit: ..."), without the prefix; empty where there is none.
std::string last_message(const std::string& said);

}  // namespace seedaudit
