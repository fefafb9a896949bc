// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/frames.h"

/// What a person decided about the seeds of one audit: the in-memory form of review.json (docs/review.md).
namespace seedaudit {

enum class ReviewActionKind { reject, add, move, confirm_count, comment };
std::string_view to_string(ReviewActionKind v);

struct ReviewAction {
  ReviewActionKind kind = ReviewActionKind::comment;
  std::optional<int> seed;  ///< id in the report that was reviewed, or the next free one that an earlier `add` was given
  std::optional<Point<CtFrame>> center;
  std::optional<Axis<CtFrame>> direction;
  std::optional<int> count;
  std::string text;  ///< the reason, or the comment itself
};

struct CaseReview {
  std::string origin;           ///< the file, for messages
  std::string sha256;           ///< of the file's bytes
  std::string case_id;          ///< of the audit it refers to
  std::string inputs_sha256;    ///< core/findings_hash.h
  std::string findings_sha256;  ///< core/findings_hash.h
  std::string reviewer;
  std::chrono::sys_days date{};
  std::vector<ReviewAction> actions;  ///< in the order in which they are applied
};

/// Whether one of its actions confirms the count.
bool confirms_count(const CaseReview& review);

/// Where a seed of a reviewed audit comes from: the program (or a given list), or the reviewer's hand.
enum class SeedOrigin { found, moved, added };
std::string_view to_string(SeedOrigin v);

}  // namespace seedaudit
