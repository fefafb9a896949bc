// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/plan.h"
#include "core/warp.h"

namespace seedaudit {

/// Infers where each planned needle really went, from the found seeds that are taken for its planned ones and are placed or misplaced
/// along it (docs/algorithms/matching.md). A line needs two seeds 8 mm apart; its entry is where it leaves the body on the shorter way.
/// \param seeds as assigned, with their status \return in the order of the plan's needles; only those with a seed found
std::vector<NeedleAudit> audit_needles(const ImplantPlan& plan, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                                       const std::vector<SeedAudit>& seeds, const std::vector<CtVolume>& postop);

/// Names the needles of which angle, entry or depth could not be told; nothing where all are known.
std::optional<Warning> needles_partly_known(const std::vector<NeedleAudit>& needles);

}  // namespace seedaudit
