// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/set_aside.h"

#include <algorithm>
#include <utility>

#include "detectors/count_seeds.h"
#include "detectors/seed_clusters.h"

namespace seedaudit {

void forget_possible(Detection& d, const std::function<bool(const DetectedSeed&)>& known) {
  if (std::erase_if(d.possible, known) == 0) return;
  count_seeds(d);
  conclude(d);
}

void set_aside(Detection& d, const std::vector<int>& ids, const std::string& reason, const DetectorOptions& options) {
  const auto taken = [&](int id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
  std::vector<DetectedSeed> kept;
  std::vector<std::pair<int, CountEstimate>> doubt;  // of each kept seed: its old cluster
  for (const auto& s : d.seeds) {
    if (taken(s.id)) {
      d.rejected.push_back({s.pose.center, reason, 0.0, 0.0});
      continue;
    }
    kept.push_back(s);
    const auto old = std::find_if(d.clusters.begin(), d.clusters.end(), [&](const Cluster& c) { return c.id == s.cluster_id; });
    CountEstimate count{1, 1, 1};
    if (old != d.clusters.end()) {
      count = old->count;
      const auto gone = static_cast<int>(std::count_if(old->seed_ids.begin(), old->seed_ids.end(), taken));
      count.best -= gone;
      count.low = std::min(count.low, count.best);
      count.high = std::max(count.high - gone, count.best);
    }
    doubt.emplace_back(s.cluster_id, count);
  }
  if (kept.size() == d.seeds.size()) return;
  d.seeds = std::move(kept);
  d.clusters.clear();
  order_and_number(d.seeds);
  make_clusters(d, options, doubt);
  count_seeds(d);
  conclude(d);
}

}  // namespace seedaudit
