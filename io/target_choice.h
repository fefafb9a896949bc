// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/plan.h"
#include "core/result.h"

/// Which structures are the audited target: by option, by the plan, or by type and name (docs/algorithms/choosing_inputs.md).
namespace seedaudit {

/// What the choice needs to know of a structure.
struct NamedRoi {
  int number = 0;
  std::string name;
  std::string type;  ///< RT ROI Interpreted Type
  bool drawn = false;
};

struct TargetChoice {
  std::vector<std::string> names;
  std::string reason;
  Warnings warnings;
};

/// 1 = planning target, 2 = clinical, 3 = gross tumour volume, 4 = a target by other words; nullopt = none. Type goes before name; "PTV",
/// "ptv_1", "CTV 120" and the Chinese terms count, "PTV-ring" and "non-CTV liver" do not.
std::optional<int> target_rank(const NamedRoi& roi);

/// \param wanted names given by the user, matched exactly, else without regard to case
/// \param references targets that the plan names; by number only where `numbers_hold` (the plan refers to this very structure set, or to
/// none) Errors: target_not_found, target_ambiguous; both list the names there are.
Result<TargetChoice> choose_targets(const std::vector<NamedRoi>& rois, const std::vector<std::string>& wanted,
                                    const std::vector<TargetReference>& references, bool numbers_hold, const std::string& path);

}  // namespace seedaudit
