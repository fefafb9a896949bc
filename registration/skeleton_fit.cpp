// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/skeleton_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace seedaudit {
namespace {

constexpr double kBoneReachMm = 8.0;
constexpr double kFarBoneMm = 12.0;  // beyond, it is no counterpart: distances are cut here

/// Mean cut distance of the bone of `a` to the bone of `b`, and how much of it b sees.
std::pair<double, double> bone_distance(const PreparedImage& a, const PreparedImage& b, const Eigen::Isometry3d& b_from_a) {
  double sum = 0.0, count = 0.0;
  const WorkGrid& ga = a.base.grid;
  const WorkGrid& gb = b.base.grid;
  for (int k = 0; k < ga.size[2]; ++k)
    for (int j = 0; j < ga.size[1]; ++j)
      for (int i = 0; i < ga.size[0]; ++i) {
        const std::size_t o = ga.offset(i, j, k);
        if (a.anatomy.bone_distance_mm[o] > 0.0F || a.anatomy.metal_distance_mm[o] < 12.0F) continue;
        const Eigen::Vector3d x = gb.index_of(b_from_a * ga.mm_of(Eigen::Vector3d(i, j, k)));
        const std::array<int, 3> at{static_cast<int>(std::lround(x.x())), static_cast<int>(std::lround(x.y())),
                                    static_cast<int>(std::lround(x.z()))};
        if (at[0] < 0 || at[1] < 0 || at[2] < 0 || at[0] >= gb.size[0] || at[1] >= gb.size[1] || at[2] >= gb.size[2]) continue;
        const std::size_t p = gb.offset(at[0], at[1], at[2]);
        if (b.anatomy.metal_distance_mm[p] < 12.0F) continue;
        sum += std::min(kFarBoneMm, static_cast<double>(b.anatomy.bone_distance_mm[p]));
        count += 1.0;
      }
  return {count > 0.0 ? sum / count : kFarBoneMm, count * ga.spacing_mm.prod() / 1000.0};
}

}  // namespace

SkeletonFit fit_skeleton(const PreparedImage& fixed, const PreparedImage& moving, const Eigen::Isometry3d& start) {
  SkeletonFit out;
  out.moving_from_fixed = start;
  SampleSet near_bone;
  const SampleSet all = whole_body_samples(fixed, fixed.middle, 400000);
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (std::size_t s = 0; s < all.mm.size(); ++s) {
    const Eigen::Vector3d x = fixed.base.grid.index_of(all.mm[s].cast<double>());
    const int i = static_cast<int>(std::lround(x.x())), j = static_cast<int>(std::lround(x.y())), k = static_cast<int>(std::lround(x.z()));
    const auto& size = fixed.base.grid.size;
    if (i < 0 || j < 0 || k < 0 || i >= size[0] || j >= size[1] || k >= size[2]) continue;
    if (fixed.anatomy.bone_distance_mm[fixed.base.grid.offset(i, j, k)] > static_cast<float>(kBoneReachMm)) continue;
    near_bone.mm.push_back(all.mm[s]);
    near_bone.gray.push_back(all.gray[s]);
    near_bone.weight.push_back(1.0F);
    center += all.mm[s].cast<double>();
  }
  if (near_bone.mm.size() > 300) {
    center /= static_cast<double>(near_bone.mm.size());
    RefineOptions climb;
    climb.first_step_mm = 1.5;
    climb.last_step_mm = 0.05;
    climb.lever_mm = 100.0;
    climb.least_overlap = 0.1;
    climb.similarity.low = -100.0F;
    out.moving_from_fixed = refine(near_bone, moving.middle, start, center, climb).moving_from_fixed;
  }
  const auto [forward, seen] = bone_distance(fixed, moving, out.moving_from_fixed);
  const auto [backward, seen_back] = bone_distance(moving, fixed, out.moving_from_fixed.inverse(Eigen::Isometry));
  out.mean_mm = std::max(forward, backward);
  out.overlap_cc = std::min(seen, seen_back);
  return out;
}

}  // namespace seedaudit
