// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/metal_content.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <vector>

namespace seedaudit {
namespace {

constexpr int kMetalHu = 1000;
constexpr double kSmallestMm3 = 1.0;
constexpr double kLargestMm3 = 150.0;
constexpr double kInnerMm = 3.0;
constexpr double kOuterMm = 6.0;
constexpr double kSoftHu = 350.0;

template <class F>
class MetalCounter {
 public:
  explicit MetalCounter(const Volume<F>& volume) : v_(volume), size_(volume.grid.size()), spacing_(volume.grid.spacing_mm()) {}

  int count() {
    int objects = 0;
    std::unordered_set<std::size_t> seen;
    for (int k = 0; k < size_[2]; ++k)
      for (int j = 0; j < size_[1]; ++j)
        for (int i = 0; i < size_[0]; ++i) {
          const std::size_t at = v_.grid.offset(i, j, k);
          if (v_.hu[at] < kMetalHu || seen.count(at) != 0) continue;
          const std::vector<Index3> region = grow({i, j, k}, seen);
          const double mm3 = static_cast<double>(region.size()) * v_.grid.voxel_volume_mm3();
          if (mm3 >= std::min(kSmallestMm3, v_.grid.voxel_volume_mm3()) && mm3 <= kLargestMm3 && in_soft_tissue(region)) ++objects;
        }
    return objects;
  }

 private:
  std::vector<Index3> grow(Index3 seed, std::unordered_set<std::size_t>& seen) const {
    std::vector<Index3> region{seed};
    seen.insert(v_.grid.offset(seed[0], seed[1], seed[2]));
    for (std::size_t n = 0; n < region.size(); ++n) {
      const Index3 p = region[n];
      for (int dk = -1; dk <= 1; ++dk)
        for (int dj = -1; dj <= 1; ++dj)
          for (int di = -1; di <= 1; ++di) {
            const Index3 q{p[0] + di, p[1] + dj, p[2] + dk};
            if (!v_.grid.inside(q[0], q[1], q[2])) continue;
            const std::size_t at = v_.grid.offset(q[0], q[1], q[2]);
            if (v_.hu[at] >= kMetalHu && seen.insert(at).second) region.push_back(q);
          }
    }
    return region;
  }

  /// Mean HU of the shell between two boxes around the region. A box is good enough to tell bone from soft tissue.
  bool in_soft_tissue(const std::vector<Index3>& region) const {
    Index3 low = region.front();
    Index3 high = region.front();
    for (const Index3& p : region)
      for (std::size_t a = 0; a < 3; ++a) {
        low[a] = std::min(low[a], p[a]);
        high[a] = std::max(high[a], p[a]);
      }
    const auto reach = [&](double mm, std::size_t a) {
      return std::max(1, static_cast<int>(std::lround(mm / spacing_[static_cast<Eigen::Index>(a)])));
    };
    double sum = 0.0;
    std::size_t n = 0;
    Index3 from{}, to{};
    for (std::size_t a = 0; a < 3; ++a) {
      from[a] = std::max(0, low[a] - reach(kOuterMm, a));
      to[a] = std::min(size_[a] - 1, high[a] + reach(kOuterMm, a));
    }
    for (int k = from[2]; k <= to[2]; ++k)
      for (int j = from[1]; j <= to[1]; ++j)
        for (int i = from[0]; i <= to[0]; ++i) {
          const Index3 p{i, j, k};
          bool inner = true;
          for (std::size_t a = 0; a < 3; ++a) inner = inner && p[a] >= low[a] - reach(kInnerMm, a) && p[a] <= high[a] + reach(kInnerMm, a);
          if (inner) continue;
          sum += std::min<int>(v_.hu[v_.grid.offset(i, j, k)], kMetalHu);  // a neighbouring seed counts as bright, not as saturated
          ++n;
        }
    return n > 0 && sum / static_cast<double>(n) < kSoftHu;
  }

  const Volume<F>& v_;
  Index3 size_;
  Eigen::Vector3d spacing_;
};

}  // namespace

template <class F>
int count_small_metal(const Volume<F>& volume) {
  return MetalCounter<F>(volume).count();
}

template int count_small_metal<CtFrame>(const Volume<CtFrame>&);
template int count_small_metal<PlanFrame>(const Volume<PlanFrame>&);

}  // namespace seedaudit
