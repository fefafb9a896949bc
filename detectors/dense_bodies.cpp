// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/dense_bodies.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr int kDenseHu = 180;
// Longer than a lipiodol deposit or an implant; ribs, spine and pelvis are longer.
constexpr double kLongestImplantMm = 80.0;
// A body that the end of the scan cuts goes on outside: it needs to be no longer than this.
constexpr double kLongestCutMm = 12.0;
constexpr int kHighestHu = 4096;
// No bone is as bright; a cut body of which more than this share is, is metal with its streaks.
constexpr int kMetalHu = 1800;
constexpr double kMetalShare = 0.05;

struct Body {
  Index3 low, high;
  std::size_t voxels = 0, metal = 0;
};

std::vector<std::vector<DenseBodies::Run>> runs_of(const CtVolume& ct) {
  const auto& n = ct.grid.size();
  std::vector<std::vector<DenseBodies::Run>> slices(static_cast<std::size_t>(n[2]));
  parallel_for(slices.size(), [&](std::size_t k) {
    for (int j = 0; j < n[1]; ++j) {
      const std::int16_t* row = &ct.hu[ct.grid.offset(0, j, static_cast<int>(k))];
      for (int i = 0; i < n[0]; ++i) {
        if (row[i] <= kDenseHu) continue;
        const int begin = i;
        while (i < n[0] && row[i] > kDenseHu) ++i;
        slices[k].push_back({j, begin, i});
      }
    }
  });
  return slices;
}

std::size_t root_of(std::vector<std::size_t>& root, std::size_t a) {
  while (root[a] != a) a = root[a] = root[root[a]];
  return a;
}

// Joins runs of row j of one list with those of row j + shift of the other that share a column.
void join_rows(const std::vector<DenseBodies::Run>& a, std::size_t first_a, const std::vector<DenseBodies::Run>& b, std::size_t first_b,
               int shift, std::vector<std::size_t>& root) {
  std::size_t n = 0;
  for (std::size_t m = 0; m < a.size(); ++m) {
    const int row = a[m].j + shift;
    while (n < b.size() && (b[n].j < row || (b[n].j == row && b[n].end <= a[m].begin))) ++n;
    for (std::size_t q = n; q < b.size() && b[q].j == row && b[q].begin < a[m].end; ++q) {
      const auto x = root_of(root, first_a + m), y = root_of(root, first_b + q);
      root[std::max(x, y)] = std::min(x, y);
    }
  }
}

}  // namespace

DenseBodies::DenseBodies(const CtVolume& ct) : slices_(runs_of(ct)) {
  std::vector<std::size_t> first{0};
  for (const auto& s : slices_) first.push_back(first.back() + s.size());
  std::vector<std::size_t> root(first.back());
  std::iota(root.begin(), root.end(), std::size_t{0});
  for (std::size_t k = 0; k < slices_.size(); ++k) {
    join_rows(slices_[k], first[k], slices_[k], first[k], 1, root);
    if (k + 1 < slices_.size()) join_rows(slices_[k], first[k], slices_[k + 1], first[k + 1], 0, root);
  }
  constexpr int kFar = 1 << 30;
  std::vector<Body> body(root.size(), Body{{kFar, kFar, kFar}, {-1, -1, -1}, 0, 0});
  for (std::size_t k = 0; k < slices_.size(); ++k)
    for (std::size_t n = 0; n < slices_[k].size(); ++n) {
      Body& b = body[root_of(root, first[k] + n)];
      const Run& r = slices_[k][n];
      b.low = {std::min(b.low[0], r.begin), std::min(b.low[1], r.j), std::min(b.low[2], static_cast<int>(k))};
      b.high = {std::max(b.high[0], r.end - 1), std::max(b.high[1], r.j), std::max(b.high[2], static_cast<int>(k))};
      b.voxels += static_cast<std::size_t>(r.end - r.begin);
      for (int i = r.begin; i < r.end; ++i) b.metal += ct.at(i, r.j, static_cast<int>(k)) > kMetalHu ? 1 : 0;
    }
  const auto& s = ct.grid.spacing_mm();
  const auto large = [&](const Body& b) {
    bool cut = false;
    for (std::size_t a = 0; a < 3; ++a) cut = cut || b.low[a] == 0 || b.high[a] + 1 == ct.grid.size()[a];
    // The streaks of seeds reach the border of a small field of view, or the last slice, and would make bone of the seeds.
    const bool metal = static_cast<double>(b.metal) > kMetalShare * static_cast<double>(b.voxels);
    const double longest = cut && !metal ? kLongestCutMm : kLongestImplantMm;
    for (std::size_t a = 0; a < 3; ++a)
      if ((b.high[a] - b.low[a] + 1) * s[static_cast<Eigen::Index>(a)] > longest) return true;
    return false;
  };
  std::vector<std::size_t> histogram(kHighestHu + 1, 0);
  std::size_t total = 0;
  for (std::size_t k = 0; k < slices_.size(); ++k) {
    std::vector<Run> kept;
    for (std::size_t n = 0; n < slices_[k].size(); ++n) {
      if (!large(body[root_of(root, first[k] + n)])) continue;
      const Run& r = slices_[k][n];
      kept.push_back(r);
      for (int i = r.begin; i < r.end; ++i)
        ++histogram[static_cast<std::size_t>(std::min<int>(kHighestHu, ct.at(i, r.j, static_cast<int>(k))))];
      total += static_cast<std::size_t>(r.end - r.begin);
    }
    slices_[k] = std::move(kept);
  }
  empty_ = total == 0;
  std::size_t above = 0;
  for (int hu = kHighestHu; hu > 0 && !empty_; --hu) {
    above += histogram[static_cast<std::size_t>(hu)];
    if (above * 100 <= total) continue;
    top_hu_ = hu;
    break;
  }
}

bool DenseBodies::contains(int i, int j, int k) const {
  if (k < 0 || k >= static_cast<int>(slices_.size())) return false;
  const auto& runs = slices_[static_cast<std::size_t>(k)];
  const auto at = std::upper_bound(runs.begin(), runs.end(), std::array<int, 2>{j, i},
                                   [](const std::array<int, 2>& p, const Run& r) { return p[0] != r.j ? p[0] < r.j : p[1] < r.end; });
  return at != runs.end() && at->j == j && at->begin <= i && i < at->end;
}

}  // namespace seedaudit
