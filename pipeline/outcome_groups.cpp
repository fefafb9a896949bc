// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcome_groups.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace seedaudit {
namespace {

constexpr std::size_t kMostLevels = 8;

bool has_value(const PatientCovariate& c, std::size_t patient) {
  return c.numeric ? c.values[patient].number.has_value() : !c.values[patient].word.empty();
}

std::string with_limit(const char* sign, double limit) {
  char text[40];
  std::snprintf(text, sizeof text, "%s %g %%", sign, limit);
  return text;
}

}  // namespace

AnalysisSet analysis_set(const std::vector<const PatientCovariate*>& covariates, const std::vector<std::optional<Observation>>& observed,
                         std::vector<std::size_t>& members) {
  AnalysisSet set;
  for (const auto* c : covariates)
    if (c->landmark_days) set.landmark_days = std::max(set.landmark_days.value_or(0.0), *c->landmark_days);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (!observed[i]) continue;
    if (!std::all_of(covariates.begin(), covariates.end(), [&](const auto* c) { return has_value(*c, i); }))
      ++set.without_value;
    else if (set.landmark_days && !(observed[i]->time_days > *set.landmark_days))
      ++set.before_landmark;
    else
      members.push_back(i);
  }
  set.n = static_cast<int>(members.size());
  return set;
}

std::vector<std::string> levels_of(const PatientCovariate& c, const std::vector<std::size_t>& members) {
  std::set<std::string> levels;
  for (const std::size_t i : members) levels.insert(c.values[i].word);
  return {levels.begin(), levels.end()};
}

std::string not_levels(std::size_t levels, std::size_t patients) {
  if (levels < 2) return "all have one value";
  if (levels > kMostLevels) return "more than " + std::to_string(kMostLevels) + " levels";
  if (2 * levels > patients) return "fewer than 2 patients a level";
  return {};
}

PatientGroups group_patients(const PatientCovariate& c, const std::vector<std::optional<Observation>>& observed,
                             const std::optional<double>& limit) {
  PatientGroups out;
  out.set = analysis_set({&c}, observed, out.members);
  if (limit) {
    for (const std::size_t i : out.members) out.group.push_back(*c.values[i].number < *limit ? 0 : 1);
    if (std::set<int>(out.group.begin(), out.group.end()).size() < 2)
      out.why_not = out.members.empty() ? "no patient is left" : "all are on one side of the limit";
    else
      out.names = {with_limit("<", *limit), with_limit(">=", *limit)};
    return out;
  }
  const auto levels = levels_of(c, out.members);
  out.why_not = not_levels(levels.size(), out.members.size());
  if (!out.why_not.empty()) return out;
  out.names = levels;
  for (const std::size_t i : out.members)
    out.group.push_back(static_cast<int>(std::lower_bound(levels.begin(), levels.end(), c.values[i].word) - levels.begin()));
  return out;
}

}  // namespace seedaudit
