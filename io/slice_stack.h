// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/grid.h"
#include "core/result.h"

/// From the placements of slices to one regular grid, and how each slice of that grid is made from the ones given. Geometry only.
namespace seedaudit {

struct StackSlice {
  Eigen::Vector3d position_mm = Eigen::Vector3d::Zero();  ///< centre of the first voxel, LPS
  std::optional<double> thickness_mm;
  std::string name;  ///< for messages: file, or file and frame
};

/// Parallel slices of one matrix and one pixel spacing, in any order.
struct SliceStack {
  Eigen::Vector3d row_direction = Eigen::Vector3d::UnitX();     ///< i grows
  Eigen::Vector3d column_direction = Eigen::Vector3d::UnitY();  ///< j grows
  double spacing_i_mm = 1.0;
  double spacing_j_mm = 1.0;
  int columns = 0;
  int rows = 0;
  std::vector<StackSlice> slices;
};

/// Output slice k = (1 - weight_above) * slice below + weight_above * slice above; indices into SliceStack::slices.
struct SliceBlend {
  std::size_t below = 0;
  std::size_t above = 0;
  double weight_above = 0.0;
};

struct StackPlan {
  Index3 size{0, 0, 0};
  Eigen::Vector3d spacing_mm = Eigen::Vector3d::Ones();
  Eigen::Vector3d origin_mm = Eigen::Vector3d::Zero();
  Eigen::Matrix3d direction = Eigen::Matrix3d::Identity();  ///< columns: row direction, column direction, their cross product
  std::vector<SliceBlend> blends;                           ///< one for each output slice, in order along the normal
  /// For each input slice: where its first voxel lies on the output grid, in output pixels along i and j. All zero unless `shifted`.
  std::vector<Eigen::Vector2d> offset_px;
  bool shifted = false;   ///< slices are displaced in their own plane (gantry tilt)
  double tilt_deg = 0.0;  ///< angle between the line of the slices and their normal
  bool exact = true;      ///< every output slice is one input slice, untouched
  Warnings warnings;
};

/// Signed distance of each slice along the normal (row x column direction), in input order.
std::vector<double> positions_along_normal_mm(const SliceStack& stack);

/// Groups of slices at the same position along the normal, ordered along it; a group of one is the rule.
std::vector<std::vector<std::size_t>> group_by_position(const SliceStack& stack);

/// Lays out the output grid (docs/algorithms/reading_ct.md). The stack must hold one slice a position (group_by_position).
/// Warnings: UNEVEN_SLICES_RESAMPLED, MISSING_SLICE_INTERPOLATED, GANTRY_TILT_RESAMPLED, SHIFTED_SLICES_RESAMPLED, SLICE_GAP.
/// Errors: inconsistent_geometry, missing_slices (naming the slices at either side of the gap).
Result<StackPlan> plan_stack(const SliceStack& stack);

}  // namespace seedaudit
