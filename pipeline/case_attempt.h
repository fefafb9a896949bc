// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "pipeline/child_process.h"

namespace seedaudit {

/// One attempt at the audit of a case, by whatever engine: where it lies and how it ended. Its row is made from this and nothing else, so
/// that it does not depend on where the attempt was made.
struct CaseAttempt {
  std::filesystem::path folder;         ///< `log` in it is what its process said, `out` what it wrote
  std::optional<ChildOutcome> outcome;  ///< how its process ended
  std::optional<Error> error;           ///< or why none was started
  std::string started_at;               ///< UTC, ISO 8601
};

struct AttemptLimits {
  std::chrono::seconds time{0};  ///< 0: none
  std::uint64_t memory = 0;      ///< address space, bytes; 0: none
};

/// Prepares a case in a folder and says which command audits it (BatchSeams::command).
using AttemptCommand = std::function<Result<std::vector<std::string>>(const std::filesystem::path& attempt)>;

/// Runs the case's process to its end, its limit, or until `stop`.
CaseAttempt attempt_case(const std::filesystem::path& folder, const AttemptCommand& command, const AttemptLimits& limits,
                         const std::atomic<bool>& stop);

/// The attempt ended because nothing can be written (or the store is gone): that is no fault of the case, and ends the batch.
bool ends_batch(const Error& error);
bool ends_batch(const CaseAttempt& attempt);

/// An attempt as text, one field a line, for a process on another machine; `folder` is not in it.
std::string attempt_text(const CaseAttempt& attempt);
/// Errors: bad_json, where it is not the whole of such a text.
Result<CaseAttempt> parse_attempt(std::string_view text);

/// Now, UTC, ISO 8601 to the second.
std::string utc_now();

}  // namespace seedaudit
