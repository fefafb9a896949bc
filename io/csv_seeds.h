// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/implant_case.h"
#include "core/plan.h"
#include "core/result.h"
#include "core/strength.h"

namespace seedaudit {

/// One row of a seed list; mm LPS in a frame that the list does not state and the caller knows.
struct SeedRow {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  std::optional<Eigen::Vector3d> direction;  ///< unit length
  std::optional<StatedStrength> strength;
  std::string needle;
  int line = 0;
};

/// Columns x_mm,y_mm,z_mm and optionally dx,dy,dz (all three) and needle, and one of strength_u, activity_mci, activity_mbq.
/// Errors: path_not_found, unreadable_file, bad_csv (also: no rows, a strength that is not positive, a direction of length zero).
Result<std::vector<SeedRow>> read_seed_rows(const std::filesystem::path& path);

/// The list as planned seeds: order is the file's after duplicates within 0.1 mm are removed and counted. Errors as read_seed_rows.
Result<ImplantPlan> read_seed_plan(const std::filesystem::path& path);

/// The list as seeds found, in the post-op frame. Errors as read_seed_rows.
Result<std::vector<GivenSeed>> read_given_seeds(const std::filesystem::path& path);

}  // namespace seedaudit
