// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/csv_points.h"

#include <array>
#include <string>

namespace seedaudit {
namespace {

Result<std::vector<Eigen::Vector3d>> points_of(const CsvTable& table, const std::string& prefix) {
  std::array<std::size_t, 3> columns{};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto column = table.require(prefix + std::array{"x_mm", "y_mm", "z_mm"}[a]);
    if (!column) return column.error();
    columns[a] = *column;
  }
  std::vector<Eigen::Vector3d> points(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t a = 0; a < 3; ++a) {
      const auto value = table.number(row, columns[a]);
      if (!value) return value.error();
      points[row][static_cast<Eigen::Index>(a)] = *value;
    }
  }
  return points;
}

}  // namespace

Result<PointTable> read_points(const std::filesystem::path& path) {
  auto table = read_csv(path);
  if (!table) return table.error();
  auto points = points_of(*table, "");
  if (!points) return points.error();
  return PointTable{std::move(table).value(), std::move(points).value()};
}

bool is_landmark_list(const std::filesystem::path& path) {
  const auto table = read_csv(path);
  return table && (table->find("moving_x_mm") || table->find("fixed_x_mm"));
}

Result<std::vector<LandmarkPair>> read_landmarks(const std::filesystem::path& path) {
  const auto table = read_csv(path);
  if (!table) return table.error();
  const auto moving = points_of(*table, "moving_");
  if (!moving) return moving.error();
  const auto fixed = points_of(*table, "fixed_");
  if (!fixed) return fixed.error();
  if (moving->empty()) return Error{ErrorCode::bad_csv, "the landmark list has no rows", path.string(), ""};
  std::vector<LandmarkPair> pairs(moving->size());
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {Point<PlanFrame>{(*moving)[i]}, Point<CtFrame>{(*fixed)[i]}};
  return pairs;
}

}  // namespace seedaudit
