// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/skeleton_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "registration/skeleton_places.h"

namespace seedaudit {
namespace {

constexpr double kCounterpartMm = 8.0;
constexpr double kFarBoneMm = 12.0;  // beyond, it is no counterpart: distances are cut here
constexpr std::size_t kPlacesMeasured = 5;
constexpr std::size_t kClimbSamples = 16000;  // at 4 mm: more are not independent

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

void measure(const PreparedImage& fixed, const PreparedImage& moving, SkeletonFit& fit) {
  const auto [forward, seen] = bone_distance(fixed, moving, fit.moving_from_fixed);
  const auto [backward, seen_back] = bone_distance(moving, fixed, fit.moving_from_fixed.inverse(Eigen::Isometry));
  fit.mean_mm = std::max(forward, backward);
  fit.overlap_cc = std::min(seen, seen_back);
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
    if (fixed.anatomy.bone_distance_mm[fixed.base.grid.offset(i, j, k)] > static_cast<float>(kCounterpartMm)) continue;
    near_bone.mm.push_back(all.mm[s]);
    near_bone.gray.push_back(all.gray[s]);
    near_bone.weight.push_back(1.0F);
    center += all.mm[s].cast<double>();
  }
  if (near_bone.mm.size() <= 300) {
    measure(fixed, moving, out);
    return out;
  }
  center /= static_cast<double>(near_bone.mm.size());
  RefineOptions climb;
  climb.first_step_mm = 1.5;
  climb.last_step_mm = 0.1;
  climb.lever_mm = 100.0;
  climb.least_overlap = 0.1;
  climb.similarity.low = -100.0F;

  // The whole body may have followed organs that breath moved by more than a vertebra, and bones repeat: every place along the body is
  // looked at, and distance between bones decides, not similarity.
  const SampleSet few = thin_out(near_bone, kRoughSamples);
  const SampleSet enough = thin_out(std::move(near_bone), kClimbSamples);
  std::vector<Refined> places;
  for (double z = -kLongReachMm; z <= kLongReachMm; z += kLongStepMm) {
    Refined r;
    r.moving_from_fixed = Eigen::Translation3d(0.0, 0.0, z) * start;
    places.push_back(r);
  }
  RefineOptions rough = climb;
  rough.last_step_mm = 0.3;
  rough.iterations = 15;
  parallel_for(places.size(), [&](std::size_t n) { places[n] = refine(few, moving.middle, places[n].moving_from_fixed, center, rough); });
  std::stable_sort(places.begin(), places.end(), [](const Refined& x, const Refined& y) { return worth_of_place(x) > worth_of_place(y); });
  std::vector<SkeletonFit> best;
  for (const Refined& r : places) {
    if (best.size() >= kPlacesMeasured) break;
    const bool known = std::any_of(best.begin(), best.end(), [&](const SkeletonFit& f) {
      return (f.moving_from_fixed * center - r.moving_from_fixed * center).norm() < kLongStepMm;
    });
    if (known) continue;
    best.emplace_back();
    best.back().moving_from_fixed = r.moving_from_fixed;
  }
  parallel_for(best.size(), [&](std::size_t n) {
    best[n].moving_from_fixed = refine(enough, moving.middle, best[n].moving_from_fixed, center, climb).moving_from_fixed;
    measure(fixed, moving, best[n]);
  });
  out = best.front();
  for (const SkeletonFit& f : best)
    if (f.overlap_cc > 0.5 * out.overlap_cc && f.mean_mm < out.mean_mm) out = f;
  return out;
}

}  // namespace seedaudit
