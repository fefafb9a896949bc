// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/cut_short.h"

#include <algorithm>
#include <string>

namespace seedaudit {

void tell_cut_short(const std::vector<ResolvedGroup>& resolved, Detection& detection) {
  const auto groups = std::count_if(resolved.begin(), resolved.end(), [](const ResolvedGroup& r) { return r.cut_short; });
  if (groups == 0) return;
  const std::string what = "the search was cut short in " + std::to_string(groups) + (groups == 1 ? " group" : " groups") +
                           " of bright objects: seeds there may be missed, or be none";
  detection.warnings.push_back({"SEARCH_CUT_SHORT", what});
  if (detection.doubt.empty()) detection.doubt = what;
  if (detection.outcome.kind == OutcomeKind::ok) detection.outcome = {OutcomeKind::low_confidence, what};
}

}  // namespace seedaudit
