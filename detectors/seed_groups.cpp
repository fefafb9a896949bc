// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "detectors/smooth_background.h"

namespace seedaudit {
namespace {

// Share of an object's signal that the next slice may show beyond the modelled profile.
constexpr double kProfileTail = 0.1;
// Of the peak of a region that stands out less than a seed alone would: where its core is.
constexpr float kCoreOfPeak = 0.8F;

void fill_group(SeedGroup& g, const CtVolume& ct, const ScanStatistics& scan, const DenseBodies& bodies,
                const std::vector<CandidateRegion>& regions, const GroupOptions& o) {
  const auto& s = ct.grid.spacing_mm();
  Index3 low = regions[g.regions.front()].low, high = regions[g.regions.front()].high;
  for (auto r : g.regions)
    for (std::size_t a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], regions[r].low[a]);
      high[a] = std::max(high[a], regions[r].high[a]);
    }
  // Two slices beyond: the slice profile ends within one, the second tells the background there.
  const std::array<int, 3> margin{static_cast<int>(std::ceil(6.0 / s[0])), static_cast<int>(std::ceil(6.0 / s[1])),
                                  std::max(2, static_cast<int>(std::ceil(3.0 / s[2])))};
  for (std::size_t a = 0; a < 3; ++a) {
    low[a] -= margin[a];
    high[a] += margin[a];
  }
  g.patch = cut_patch(ct, scan, o.ring_radius_mm, low, high);
  VoxelPatch& p = g.patch;
  level_background(p, scan.noise_hu);
  g.is_object.assign(p.count(), 0);
  g.is_core.assign(p.count(), 0);
  std::vector<std::uint8_t> fitted(p.count(), 0), dilated(p.count(), 0);
  const auto paint = [&](std::vector<std::uint8_t>& mask, const CandidateVoxel& v, double mm, int slices) {
    const int ri = static_cast<int>(mm / s[0]), rj = static_cast<int>(mm / s[1]);
    for (int dk = -slices; dk <= slices; ++dk)
      for (int dj = -rj; dj <= rj; ++dj)
        for (int di = -ri; di <= ri; ++di) {
          if (std::hypot(di * s[0], dj * s[1]) > mm) continue;
          const int i = v.i + di - p.low[0], j = v.j + dj - p.low[1], k = v.k + dk - p.low[2];
          if (i < 0 || j < 0 || k < 0 || i >= p.size[0] || j >= p.size[1] || k >= p.size[2]) continue;
          mask[p.offset(i, j, k)] = 1;
        }
  };
  const int reach_k = std::max(1, static_cast<int>(std::ceil(1.5 / s[2])));
  for (auto r : g.regions) {
    const float core = std::min(static_cast<float>(o.core_response_hu), kCoreOfPeak * regions[r].peak_response_hu);
    for (const auto& v : regions[r].voxels) {
      const auto at = p.offset(v.i - p.low[0], v.j - p.low[1], v.k - p.low[2]);
      g.is_object[at] = 1;
      g.is_core[at] = v.response_hu >= core ? 1 : 0;
      paint(fitted, v, o.fit_margin_mm, reach_k);
      paint(dilated, v, 2.0, reach_k);
    }
  }
  // Bright neighbours of other groups are neither background nor ours to explain.
  std::vector<std::uint8_t> foreign(p.count(), 0);
  for (std::size_t r = 0; r < regions.size(); ++r) {
    if (std::find(g.regions.begin(), g.regions.end(), r) != g.regions.end()) continue;
    bool apart = false;
    for (std::size_t a = 0; a < 3; ++a) apart = apart || regions[r].high[a] < low[a] - 4 || regions[r].low[a] > high[a] + 4;
    if (apart) continue;
    for (const auto& v : regions[r].voxels) paint(foreign, v, 1.5, 0);
  }
  for (std::size_t v = 0; v < p.count(); ++v)
    if (foreign[v] && !g.is_object[v]) dilated[v] = 1;
  weigh_patch(p, dilated, scan.noise_hu, o.model_error);
  for (std::size_t v = 0; v < p.count(); ++v)
    if (!fitted[v] || (foreign[v] && !g.is_object[v])) p.sigma[v] = std::numeric_limits<float>::infinity();
  g.is_dense.assign(p.count(), 0);
  g.dense_top_hu = bodies.top_hu();
  for (int k = 0; k < p.size[2] && !bodies.empty(); ++k)
    for (int j = 0; j < p.size[1]; ++j)
      for (int i = 0; i < p.size[0]; ++i) g.is_dense[p.offset(i, j, k)] = bodies.contains(p.low[0] + i, p.low[1] + j, p.low[2] + k) ? 1 : 0;
  g.site = make_fit_site(p);
}

}  // namespace

std::vector<SeedGroup> make_groups(const CtVolume& ct, const ScanStatistics& scan, const DenseBodies& bodies,
                                   const std::vector<CandidateRegion>& regions, const GroupOptions& options) {
  std::vector<std::size_t> root(regions.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t a) {
    while (root[a] != a) a = root[a];
    return a;
  };
  const auto& s = ct.grid.spacing_mm();
  for (std::size_t a = 0; a < regions.size(); ++a)
    for (std::size_t b = a + 1; b < regions.size(); ++b) {
      if (regions[b].low[2] - regions[a].high[2] > 0 && (regions[b].low[2] - regions[a].high[2]) * s[2] > options.join_distance_mm + s[2]) {
        if (regions[b].low[2] > regions[a].high[2] + static_cast<int>(20.0 / s[2])) break;  // memory order: no later one is nearer
        continue;
      }
      const auto ra = find(a), rb = find(b);
      if (ra == rb) continue;
      if (regions_near(regions[a], regions[b], s, options.join_distance_mm)) root[std::max(ra, rb)] = std::min(ra, rb);
    }
  std::vector<SeedGroup> groups;
  std::vector<int> group_of(regions.size(), -1);
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const auto f = find(r);
    if (group_of[f] < 0) {
      group_of[f] = static_cast<int>(groups.size());
      groups.emplace_back();
    }
    groups[static_cast<std::size_t>(group_of[f])].regions.push_back(r);
  }
  parallel_for(groups.size(), [&](std::size_t g) { fill_group(groups[g], ct, scan, bodies, regions, options); });
  return groups;
}

void doubt_slice_profile(SeedGroup& group) {
  const VoxelPatch& p = group.patch;
  // Mean of the 3 x 3 neighbours, as in weigh_patch: a kernel shifted by half a voxel must not make a difference.
  const auto signal = [&](int i, int j, int k) {
    if (k < 0 || k >= p.size[2]) return 0.0;
    double sum = 0.0;
    int n = 0;
    for (int y = std::max(0, j - 1); y <= std::min(p.size[1] - 1, j + 1); ++y)
      for (int x = std::max(0, i - 1); x <= std::min(p.size[0] - 1, i + 1); ++x) {
        const auto v = p.offset(x, y, k);
        sum += std::abs(static_cast<double>(p.hu[v]) - static_cast<double>(p.background_hu[v]));
        ++n;
      }
    return sum / n;
  };
  const auto row = static_cast<std::size_t>(p.size[0]), plane = row * static_cast<std::size_t>(p.size[1]);
  for (std::size_t n = 0; n < group.site.count(); ++n) {
    const std::size_t v = group.site.in_patch[n];
    const auto i = static_cast<int>(v % row), j = static_cast<int>(v % plane / row), k = static_cast<int>(v / plane);
    // Where the slice itself shows as much, what the next one adds is no question of the profile.
    const double beside = std::max(0.0, std::max(signal(i, j, k - 1), signal(i, j, k + 1)) - signal(i, j, k));
    group.site.sigma[n] = static_cast<float>(std::hypot(static_cast<double>(group.site.sigma[n]), kProfileTail * beside));
  }
  group.site.background = std::make_shared<FreeBackground>(group.site);
}

}  // namespace seedaudit
