// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/seed_match.h"

#include <algorithm>
#include <cstddef>

namespace seedaudit::bench {
namespace {

struct Pair {
  double mm;
  std::size_t t, f;
};

/// Frees a found pose for `t` by moving others along (Kuhn's augmenting path).
bool augment(std::size_t t, const std::vector<std::vector<std::size_t>>& near, std::vector<int>& found_of, std::vector<int>& truth_of,
             std::vector<bool>& tried) {
  for (const std::size_t f : near[t]) {
    if (tried[f]) continue;
    tried[f] = true;
    if (truth_of[f] < 0 || augment(static_cast<std::size_t>(truth_of[f]), near, found_of, truth_of, tried)) {
      truth_of[f] = static_cast<int>(t);
      found_of[t] = static_cast<int>(f);
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<int> match_poses(const std::vector<SeedPose>& truth, const std::vector<SeedPose>& found, double reach_mm) {
  std::vector<Pair> pairs;
  for (std::size_t t = 0; t < truth.size(); ++t)
    for (std::size_t f = 0; f < found.size(); ++f)
      if (const double mm = (truth[t].center.mm - found[f].center.mm).norm(); mm <= reach_mm) pairs.push_back({mm, t, f});
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.mm < b.mm; });
  std::vector<int> found_of(truth.size(), -1), truth_of(found.size(), -1);
  std::vector<std::vector<std::size_t>> near(truth.size());
  for (const auto& p : pairs) {
    near[p.t].push_back(p.f);
    if (found_of[p.t] >= 0 || truth_of[p.f] >= 0) continue;
    found_of[p.t] = static_cast<int>(p.f);
    truth_of[p.f] = static_cast<int>(p.t);
  }
  for (std::size_t t = 0; t < truth.size(); ++t) {
    if (found_of[t] >= 0) continue;
    std::vector<bool> tried(found.size(), false);
    augment(t, near, found_of, truth_of, tried);
  }
  return found_of;
}

double from_seed_mm(const SeedPose& seed, double length_mm, const Eigen::Vector3d& p) {
  const Eigen::Vector3d d = p - seed.center.mm;
  const double along = std::clamp(d.dot(seed.axis.unit), -0.5 * length_mm, 0.5 * length_mm);
  return (d - along * seed.axis.unit).norm();
}

}  // namespace seedaudit::bench
