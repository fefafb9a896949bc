// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/csv_seeds.h"

#include <algorithm>
#include <array>
#include <map>

#include "io/csv_table.h"

namespace seedaudit {
namespace {

constexpr double kSamePlaceMm = 0.1;

Error bad_row(const CsvTable& table, std::size_t row, const std::string& what) {
  return Error{ErrorCode::bad_csv, what, table.path + ", line " + std::to_string(table.line_of_row[row]), ""};
}

struct StrengthColumn {
  std::size_t column = 0;
  StrengthUnit unit = StrengthUnit::u;
};

Result<std::optional<StrengthColumn>> strength_column(const CsvTable& table) {
  static constexpr std::array<std::pair<const char*, StrengthUnit>, 3> kNames{
      {{"strength_u", StrengthUnit::u}, {"activity_mci", StrengthUnit::mci}, {"activity_mbq", StrengthUnit::mbq}}};
  std::optional<StrengthColumn> found;
  for (const auto& [name, unit] : kNames) {
    const auto column = table.find(name);
    if (!column) continue;
    if (found)
      return Error{ErrorCode::bad_csv, "the strength is stated in two units", table.path,
                   "keep one of strength_u, activity_mci, activity_mbq"};
    found = StrengthColumn{*column, unit};
  }
  return found;
}

Result<Eigen::Vector3d> vector_of(const CsvTable& table, std::size_t row, const std::array<std::size_t, 3>& columns) {
  Eigen::Vector3d v;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto value = table.number(row, columns[a]);
    if (!value) return value.error();
    v[static_cast<Eigen::Index>(a)] = *value;
  }
  return v;
}

}  // namespace

Result<std::vector<SeedRow>> read_seed_rows(const std::filesystem::path& path) {
  const auto read = read_csv(path);
  if (!read) return read.error();
  const CsvTable& table = *read;
  std::array<std::size_t, 3> place{};
  std::array<std::size_t, 3> way{};
  int ways = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto p = table.require(std::array{"x_mm", "y_mm", "z_mm"}[a]);
    if (!p) return p.error();
    place[a] = *p;
    if (const auto d = table.find(std::array{"dx", "dy", "dz"}[a])) {
      way[a] = *d;
      ++ways;
    }
  }
  if (ways != 0 && ways != 3)
    return Error{ErrorCode::bad_csv, "a direction needs all of dx, dy and dz", table.path, "add the missing column or leave all three out"};
  const auto strength = strength_column(table);
  if (!strength) return strength.error();
  const auto needle = table.find("needle");

  std::vector<SeedRow> seeds;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    SeedRow seed;
    seed.line = table.line_of_row[row];
    const auto center = vector_of(table, row, place);
    if (!center) return center.error();
    seed.center_mm = *center;
    if (ways == 3) {
      const auto& cells = table.rows[row];
      // Three empty cells: this seed's direction is not known.
      if (!(cells[way[0]].empty() && cells[way[1]].empty() && cells[way[2]].empty())) {
        const auto direction = vector_of(table, row, way);
        if (!direction) return direction.error();
        const double length = direction->norm();
        if (!(length > 1e-6)) return bad_row(table, row, "the direction dx, dy, dz has no length");
        seed.direction = *direction / length;
      }
    }
    if (*strength) {
      const auto value = table.number(row, (*strength)->column);
      if (!value) return value.error();
      if (!(*value > 0.0)) return bad_row(table, row, "the strength " + table.rows[row][(*strength)->column] + " is not positive");
      seed.strength = StatedStrength{*value, (*strength)->unit};
    }
    if (needle) seed.needle = table.rows[row][*needle];
    seeds.push_back(std::move(seed));
  }
  if (seeds.empty()) return Error{ErrorCode::bad_csv, "the seed list has no rows", table.path, ""};
  return seeds;
}

Result<ImplantPlan> read_seed_plan(const std::filesystem::path& path) {
  const auto rows = read_seed_rows(path);
  if (!rows) return rows.error();
  ImplantPlan plan;
  plan.path = path.string();
  plan.label = path.filename().string();
  std::map<std::string, int> needles;
  for (const SeedRow& row : *rows) {
    const bool repeated = std::any_of(plan.seeds.begin(), plan.seeds.end(),
                                      [&](const PlannedSeed& s) { return (s.center.mm - row.center_mm).norm() < kSamePlaceMm; });
    if (repeated) {
      ++plan.duplicates_removed;
      continue;
    }
    PlannedSeed seed;
    seed.index = static_cast<int>(plan.seeds.size());
    seed.center.mm = row.center_mm;
    if (row.direction) seed.axis = Axis<PlanFrame>{*row.direction};
    if (row.strength) {
      seed.stated_strength = row.strength;
      if (row.strength->unit == StrengthUnit::u) seed.strength = AirKermaU{row.strength->value};
    }
    // A list without needle names has no needles to speak of: each seed is on its own.
    const std::string name = row.needle.empty() ? "seed " + std::to_string(seed.index + 1) : row.needle;
    const auto [it, is_new] = needles.try_emplace(name, static_cast<int>(plan.needle_names.size()));
    if (is_new) plan.needle_names.push_back(name);
    seed.needle = it->second;
    plan.seeds.push_back(std::move(seed));
  }
  if (plan.duplicates_removed > 0)
    plan.warnings.push_back({"DUPLICATE_POSITIONS", std::to_string(plan.duplicates_removed) +
                                                        " rows of the seed list repeat the place of a row before them and were left out"});
  return plan;
}

Result<std::vector<GivenSeed>> read_given_seeds(const std::filesystem::path& path) {
  const auto rows = read_seed_rows(path);
  if (!rows) return rows.error();
  std::vector<GivenSeed> seeds;
  for (const SeedRow& row : *rows) {
    GivenSeed seed;
    seed.center.mm = row.center_mm;
    if (row.direction) seed.axis = Axis<CtFrame>{*row.direction};
    seed.stated_strength = row.strength;
    if (row.strength && row.strength->unit == StrengthUnit::u) seed.strength = AirKermaU{row.strength->value};
    seed.needle = row.needle;
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

}  // namespace seedaudit
