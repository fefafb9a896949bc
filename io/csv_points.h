// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <vector>

#include "core/implant_case.h"
#include "core/result.h"
#include "io/csv_table.h"

namespace seedaudit {

/// A point list with the other columns kept as they are.
struct PointTable {
  CsvTable table;
  std::vector<Eigen::Vector3d> points_mm;
};

/// Columns x_mm,y_mm,z_mm; other columns are kept. Errors: path_not_found, unreadable_file, bad_csv.
Result<PointTable> read_points(const std::filesystem::path& path);

/// True for a CSV file that has at least one of the columns of landmark pairs: any other column missing is then an error of that list.
bool is_landmark_list(const std::filesystem::path& path);

/// Columns moving_x_mm,moving_y_mm,moving_z_mm,fixed_x_mm,fixed_y_mm,fixed_z_mm: moving = pre-op, fixed = post-op. Errors as read_points.
Result<std::vector<LandmarkPair>> read_landmarks(const std::filesystem::path& path);

}  // namespace seedaudit
