// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_needles.h"

#include <algorithm>
#include <map>
#include <optional>

#include "io/plan_channel.h"

namespace seedaudit {
namespace {

/// A needle is straight to about this; places further from one line are not one needle.
constexpr double kNeedleBendMm = 3.0;

std::optional<Line> line_of(const ImplantPlan& plan, const std::vector<std::size_t>& seeds) {
  std::vector<Eigen::Vector3d> points;
  for (const std::size_t i : seeds) points.push_back(plan.seeds[i].center.mm);
  return line_through(points);
}

void part_reused_names(std::vector<NamedNeedle>& names, const ImplantPlan& plan) {
  std::map<std::string, std::vector<std::size_t>> by_name;
  for (std::size_t i = 0; i < names.size(); ++i) by_name[names[i].name].push_back(i);
  for (const auto& [name, seeds] : by_name) {
    const std::size_t setup = names[seeds.front()].setup;
    if (std::all_of(seeds.begin(), seeds.end(), [&](std::size_t i) { return names[i].setup == setup; })) continue;
    const auto line = line_of(plan, seeds);
    if (!line || line->largest_distance_mm <= kNeedleBendMm) continue;
    for (const std::size_t i : seeds) names[i].name = name + " (setup " + std::to_string(names[i].setup + 1) + ")";
  }
}

}  // namespace

void assign_needles(std::vector<NamedNeedle> names, ImplantPlan& plan) {
  part_reused_names(names, plan);
  std::map<std::string, int> index;
  std::vector<std::vector<std::size_t>> needles;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [it, is_new] = index.try_emplace(names[i].name, static_cast<int>(needles.size()));
    if (is_new) {
      needles.emplace_back();
      plan.needle_names.push_back(names[i].name);
    }
    needles[static_cast<std::size_t>(it->second)].push_back(i);
    plan.seeds[i].needle = it->second;
  }
  int from_line = 0;
  for (const auto& seeds : needles) {
    const auto line = line_of(plan, seeds);
    if (!line || line->largest_distance_mm > kNeedleBendMm) continue;
    for (const std::size_t i : seeds) {
      if (plan.seeds[i].axis) continue;
      plan.seeds[i].axis = Axis<PlanFrame>{line->direction};
      ++from_line;
    }
  }
  if (from_line > 0)
    plan.warnings.push_back({"AXIS_FROM_NEEDLE", std::to_string(from_line) +
                                                     " planned seeds have no orientation of their own; the line of their needle is used"});
}

}  // namespace seedaudit
