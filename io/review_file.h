// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/case_review.h"
#include "core/result.h"

namespace seedaudit {

/// Reads a review.json (docs/review.md) as strictly as it is defined: an unknown, missing or repeated key, a wrong type, a number that is
/// not finite, an empty or overlong text is review_invalid, naming the entry ("actions[2]: ..."). Whether the review fits the case and its
/// seeds is for pipeline/apply_review. Errors: path_not_found, unreadable_file, review_invalid.
Result<CaseReview> read_review(const std::filesystem::path& path);

/// The same from text. \param origin the file, for messages
Result<CaseReview> parse_review(std::string_view text, const std::string& origin);

/// What an output folder holds, as far as a review is concerned.
struct EarlierReport {
  std::optional<std::string> review_sha256;  ///< of the review that its audit applied; absent: an audit without review
};

/// Of the report.json in `folder`; nothing where there is none. Errors: unreadable_file, bad_json.
Result<std::optional<EarlierReport>> earlier_report(const std::filesystem::path& folder);

}  // namespace seedaudit
