// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "core/plan.h"
#include "core/result.h"

namespace seedaudit {

/// What the caller supplies in place of the plan (docs/algorithms/reading_plan.md).
struct PlanReadOptions {
  bool strength_given = false;  ///< a strength comes from an option or a seed list: a plan without one is then readable, strength 0
  /// Positions from a seed list (read_seed_plan), for a plan that states none. Seeds without a strength in the list take the plan's. A plan
  /// that has positions of its own keeps them.
  std::optional<ImplantPlan> seed_list = std::nullopt;
};

/// Reads a permanent LDR implant from an RTPLAN. All application setups and channels; two control points at one place are one seed; seeds
/// nearer than 0.1 mm to one before them are dropped and counted; order is the file's. Positions in mm LPS of the plan's frame of
/// reference; strengths are Reference Air Kerma Rates, whose number is the air-kerma strength in U. Warnings: DUPLICATE_POSITIONS,
/// CHANNEL_TOTAL_TIME, TOTAL_KERMA, STRENGTH_IMPLAUSIBLE, HALF_LIFE_IMPLAUSIBLE, PRESCRIPTION_CONFLICT, AXIS_FROM_NEEDLE,
/// DEAD_POSITIONS_IGNORED, PLAN_FRAME_MISSING, SOURCE_REFERENCE. Errors: path_not_found, unreadable_file, truncated_file, wrong_modality,
/// plan_unsupported, plan_without_positions, plan_without_strength.
Result<ImplantPlan> read_plan(const std::filesystem::path& path, const PlanReadOptions& options = {});

}  // namespace seedaudit
