// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_clusters.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>

#include "detectors/seed_fit.h"

namespace seedaudit {
namespace {

FittedSeed as_fitted(const DetectedSeed& s) { return {s.pose.center.mm, s.pose.axis.unit, 0.0}; }

}  // namespace

void order_and_number(std::vector<DetectedSeed>& seeds) {
  std::stable_sort(seeds.begin(), seeds.end(), [](const DetectedSeed& a, const DetectedSeed& b) {
    const auto& p = a.pose.center.mm;
    const auto& q = b.pose.center.mm;
    return std::make_tuple(-p[2], p[0], p[1]) < std::make_tuple(-q[2], q[0], q[1]);
  });
  for (std::size_t n = 0; n < seeds.size(); ++n) seeds[n].id = static_cast<int>(n) + 1;
}

void make_clusters(Detection& d, const DetectorOptions& o, const std::vector<std::pair<int, CountEstimate>>& group_of) {
  const std::size_t n = d.seeds.size();
  std::vector<std::size_t> root(n);
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t a) {
    while (root[a] != a) a = root[a];
    return a;
  };
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b) {
      const double gap = capsule_distance_mm(as_fitted(d.seeds[a]), as_fitted(d.seeds[b]), o.capsule_length_mm, o.capsule_diameter_mm) -
                         o.capsule_diameter_mm;
      if (gap >= o.cluster_gap_mm) continue;
      const auto ra = find(a), rb = find(b);
      root[std::max(ra, rb)] = std::min(ra, rb);
    }
  std::vector<int> cluster_of(n, -1);
  std::vector<std::vector<int>> groups_in;
  for (std::size_t a = 0; a < n; ++a) {
    const auto r = find(a);
    if (cluster_of[r] < 0) {
      cluster_of[r] = static_cast<int>(d.clusters.size());
      d.clusters.push_back({static_cast<int>(d.clusters.size()) + 1, {}, {}});
      groups_in.emplace_back();
    }
    const auto c = static_cast<std::size_t>(cluster_of[r]);
    d.seeds[a].cluster_id = d.clusters[c].id;
    d.clusters[c].seed_ids.push_back(d.seeds[a].id);
    ++d.clusters[c].count.best;
  }
  // The doubt of a group belongs to its largest cluster.
  for (auto& c : d.clusters) c.count.low = c.count.high = c.count.best;
  std::vector<int> told;
  for (std::size_t a = 0; a < n && a < group_of.size(); ++a) {
    const auto& [group, estimate] = group_of[a];
    if (std::find(told.begin(), told.end(), group) != told.end()) continue;
    told.push_back(group);
    Cluster* most = nullptr;
    for (std::size_t b = 0; b < n; ++b) {
      if (group_of[b].first != group) continue;
      Cluster& c = d.clusters[static_cast<std::size_t>(d.seeds[b].cluster_id) - 1];
      if (!most || c.count.best > most->count.best) most = &c;
    }
    most->count.low = std::max(0, most->count.low - (estimate.best - estimate.low));
    most->count.high += estimate.high - estimate.best;
  }
}

}  // namespace seedaudit
