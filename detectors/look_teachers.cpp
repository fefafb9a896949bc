// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/look_teachers.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

constexpr double kMuchWorse = 1.6;
// Soft tissue and unenhanced blood stay below 100 HU; seeds at 5 mm slices, half in each of two, show 300 HU and more over tissue.
constexpr double kTissueTopHu = 200.0;

}  // namespace

bool outshines_tissue(const SeedGroup& group) {
  for (std::size_t v = 0; v < group.patch.count(); ++v)
    if (group.is_object[v] && group.patch.hu[v] > kTissueTopHu) return true;
  return false;
}

void best_first(std::vector<LookTeacher>& some) {
  std::stable_sort(some.begin(), some.end(), [](const LookTeacher& a, const LookTeacher& b) { return a.misfit < b.misfit; });
}

void keep_good(std::vector<LookTeacher>& some) {
  if (some.empty()) return;
  best_first(some);
  const double good = some[some.size() / 3].misfit;
  std::erase_if(some, [&](const LookTeacher& s) { return s.misfit > kMuchWorse * good; });
}

std::vector<LookTeacher> alike_of(std::vector<LookTeacher> some, const AppearanceParameters& p, double share, double width) {
  const SeedAppearance look(p);
  const auto log_mass = [&](const LookTeacher& t) {
    const FittedSeed& s = t.fit.front();
    return std::log(s.mass / look.relative_mass(s.axis[2], s.shade));
  };
  std::stable_sort(some.begin(), some.end(), [&](const LookTeacher& a, const LookTeacher& b) { return log_mass(a) < log_mass(b); });
  std::size_t first = 0, last = 0;
  for (std::size_t a = 0, b = 0; a < some.size(); ++a) {
    while (b < some.size() && log_mass(some[b]) - log_mass(some[a]) < width) ++b;
    if (b - a <= last - first) continue;
    first = a;
    last = b;
  }
  if (static_cast<double>(last - first) < share * static_cast<double>(some.size())) return {};
  return {some.begin() + static_cast<std::ptrdiff_t>(first), some.begin() + static_cast<std::ptrdiff_t>(last)};
}

}  // namespace seedaudit
