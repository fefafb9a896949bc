// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/case_review.h"

#include <algorithm>

namespace seedaudit {

std::string_view to_string(ReviewActionKind v) {
  switch (v) {
    case ReviewActionKind::reject:
      return "reject";
    case ReviewActionKind::add:
      return "add";
    case ReviewActionKind::move:
      return "move";
    case ReviewActionKind::confirm_count:
      return "confirm_count";
    case ReviewActionKind::comment:
      return "comment";
  }
  return "comment";
}

bool confirms_count(const CaseReview& review) {
  return std::any_of(review.actions.begin(), review.actions.end(),
                     [](const ReviewAction& a) { return a.kind == ReviewActionKind::confirm_count; });
}

std::string_view to_string(SeedOrigin v) {
  switch (v) {
    case SeedOrigin::found:
      return "found";
    case SeedOrigin::moved:
      return "moved";
    case SeedOrigin::added:
      return "added";
  }
  return "found";
}

}  // namespace seedaudit
