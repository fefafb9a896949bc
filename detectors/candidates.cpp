// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/candidates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr int kRingSamples = 16;
// Next to air or lung, skin and vessels would stand out by a thousand HU; metal stands out of soft tissue as well.
constexpr int kDarkest = -300;

struct Ring {
  std::array<int, kRingSamples> di{}, dj{};
  std::array<std::ptrdiff_t, kRingSamples> offset{};
  int reach_i = 0, reach_j = 0;
};

Ring make_ring(const CtVolume& ct, double radius_mm) {
  Ring ring;
  const auto& s = ct.grid.spacing_mm();
  for (std::size_t n = 0; n < kRingSamples; ++n) {
    const double a = 2.0 * 3.14159265358979323846 * static_cast<double>(n) / kRingSamples;
    ring.di[n] = static_cast<int>(std::lround(radius_mm * std::cos(a) / s[0]));
    ring.dj[n] = static_cast<int>(std::lround(radius_mm * std::sin(a) / s[1]));
    ring.offset[n] = ring.di[n] + static_cast<std::ptrdiff_t>(ct.grid.size()[0]) * ring.dj[n];
    ring.reach_i = std::max(ring.reach_i, std::abs(ring.di[n]));
    ring.reach_j = std::max(ring.reach_j, std::abs(ring.dj[n]));
  }
  return ring;
}

std::vector<CandidateVoxel> search_slice(const CtVolume& ct, const Ring& ring, double threshold, int k) {
  std::vector<CandidateVoxel> found;
  const auto& n = ct.grid.size();
  const auto limit = static_cast<float>(threshold);
  const auto level = static_cast<int>(threshold);
  for (int j = 0; j < n[1]; ++j) {
    const std::int16_t* row = &ct.hu[ct.grid.offset(0, j, k)];
    const bool inner_row = j >= ring.reach_j && j + ring.reach_j < n[1];
    for (int i = 0; i < n[0]; ++i) {
      const int v = row[i];
      std::array<int, kRingSamples> around;
      std::size_t m = 0;
      if (inner_row && i >= ring.reach_i && i + ring.reach_i < n[0]) {
        // Two opposite samples both near the voxel's own level occur in tissue everywhere; most voxels end here.
        if (v < level + kDarkest) continue;
        const int low4 = v - level;
        int below = 0;
        for (std::size_t q = 0; q < kRingSamples; q += 4) below += row[i + ring.offset[q]] < low4 ? 1 : 0;
        if (below < 2) continue;
        for (std::size_t q = 0; q < kRingSamples; ++q) around[m++] = row[i + ring.offset[q]];
      } else {
        if (v < level + kDarkest) continue;
        for (std::size_t q = 0; q < kRingSamples; ++q) {
          const int x = i + ring.di[q], y = j + ring.dj[q];
          if (x < 0 || y < 0 || x >= n[0] || y >= n[1]) continue;
          around[m++] = row[i + ring.offset[q]];
        }
        if (m < 4) continue;
      }
      // Not the median: at the border of bone, lung or a lipiodol deposit the brighter side is the background that counts. Two seeds of the
      // same needle take no more than three tenths of the ring.
      const auto middle = around.begin() + static_cast<std::ptrdiff_t>(7 * m / 10);
      std::nth_element(around.begin(), middle, around.begin() + static_cast<std::ptrdiff_t>(m));
      const auto response = static_cast<float>(v - std::max(*middle, kDarkest));
      if (response > limit) found.push_back({i, j, k, response});
    }
  }
  return found;
}

struct UnionFind {
  std::vector<int> parent;
  explicit UnionFind(std::size_t n) : parent(n) { std::iota(parent.begin(), parent.end(), 0); }
  int find(int a) {
    while (parent[static_cast<std::size_t>(a)] != a) {
      parent[static_cast<std::size_t>(a)] = parent[static_cast<std::size_t>(parent[static_cast<std::size_t>(a)])];
      a = parent[static_cast<std::size_t>(a)];
    }
    return a;
  }
  // The smaller index becomes the root, so that regions are numbered in memory order.
  void join(int a, int b) {
    a = find(a);
    b = find(b);
    if (a != b) parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  }
};

// Voxels in memory order (k, then j, then i) to regions.
std::vector<CandidateRegion> connect(const std::vector<CandidateVoxel>& voxels) {
  UnionFind sets(voxels.size());
  const auto before = [](const CandidateVoxel& a, const std::array<int, 3>& b) { return std::array<int, 3>{a.k, a.j, a.i} < b; };
  // Neighbours that precede a voxel in memory lie in five runs of rows.
  constexpr std::array<std::array<int, 2>, 5> kRows{{{-1, -1}, {-1, 0}, {-1, 1}, {0, -1}, {0, 0}}};
  for (std::size_t n = 0; n < voxels.size(); ++n) {
    const auto& v = voxels[n];
    for (const auto& row : kRows) {
      auto it = std::lower_bound(voxels.begin(), voxels.begin() + static_cast<std::ptrdiff_t>(n),
                                 std::array<int, 3>{v.k + row[0], v.j + row[1], v.i - 1}, before);
      for (; it != voxels.begin() + static_cast<std::ptrdiff_t>(n); ++it) {
        if (it->k != v.k + row[0] || it->j != v.j + row[1] || it->i > v.i + 1) break;
        sets.join(static_cast<int>(it - voxels.begin()), static_cast<int>(n));
      }
    }
  }
  std::vector<CandidateRegion> regions;
  std::vector<int> region_of(voxels.size(), -1);
  for (std::size_t n = 0; n < voxels.size(); ++n) {
    const auto root = static_cast<std::size_t>(sets.find(static_cast<int>(n)));
    if (region_of[root] < 0) {
      region_of[root] = static_cast<int>(regions.size());
      regions.emplace_back();
      regions.back().low = {voxels[n].i, voxels[n].j, voxels[n].k};
      regions.back().high = regions.back().low;
    }
    CandidateRegion& r = regions[static_cast<std::size_t>(region_of[root])];
    const std::array<int, 3> at{voxels[n].i, voxels[n].j, voxels[n].k};
    for (std::size_t a = 0; a < 3; ++a) {
      r.low[a] = std::min(r.low[a], at[a]);
      r.high[a] = std::max(r.high[a], at[a]);
    }
    r.peak_response_hu = std::max(r.peak_response_hu, voxels[n].response_hu);
    r.voxels.push_back(voxels[n]);
  }
  return regions;
}

bool boxes_near(const CandidateRegion& a, const CandidateRegion& b, const Eigen::Vector3d& s, double mm) {
  double sum = 0.0;
  for (std::size_t x = 0; x < 3; ++x) {
    const double gap = std::max({0, b.low[x] - a.high[x], a.low[x] - b.high[x]}) * s[static_cast<Eigen::Index>(x)];
    sum += gap * gap;
  }
  return sum <= mm * mm;
}

}  // namespace

bool regions_near(const CandidateRegion& a, const CandidateRegion& b, const Eigen::Vector3d& s, double mm) {
  if (!boxes_near(a, b, s, mm)) return false;
  for (const auto& v : a.voxels)
    for (const auto& w : b.voxels) {
      const Eigen::Vector3d d((v.i - w.i) * s[0], (v.j - w.j) * s[1], (v.k - w.k) * s[2]);
      if (d.squaredNorm() <= mm * mm) return true;
    }
  return false;
}

std::vector<CandidateRegion> find_candidates(const CtVolume& ct, double ring_radius_mm, double threshold_hu) {
  const Ring ring = make_ring(ct, ring_radius_mm);
  const auto slices = static_cast<std::size_t>(ct.grid.size()[2]);
  std::vector<std::vector<CandidateVoxel>> part(slices);
  parallel_for(slices, [&](std::size_t k) { part[k] = search_slice(ct, ring, threshold_hu, static_cast<int>(k)); });
  std::vector<CandidateVoxel> all;
  std::size_t total = 0;
  for (const auto& p : part) total += p.size();
  all.reserve(total);
  for (auto& p : part) {
    all.insert(all.end(), p.begin(), p.end());
    std::vector<CandidateVoxel>().swap(p);
  }
  std::vector<CandidateRegion> regions = connect(all);
  for (auto& r : regions)
    for (const auto& v : r.voxels) r.peak_hu = std::max(r.peak_hu, static_cast<float>(ct.at(v.i, v.j, v.k)));
  return regions;
}

std::vector<CandidateRegion> split_region(const CandidateRegion& region, double threshold_hu) {
  std::vector<CandidateVoxel> kept;
  for (const auto& v : region.voxels)
    if (v.response_hu > static_cast<float>(threshold_hu)) kept.push_back(v);
  std::vector<CandidateRegion> parts = connect(kept);
  for (auto& p : parts) p.peak_hu = region.peak_hu;
  return parts;
}

}  // namespace seedaudit
