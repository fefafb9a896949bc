// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_outcome.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

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

std::string number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", v);
  return buffer;
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

Outcome judge(const Evidence& e, const RegistrationOptions& options) {
  const auto failed = [](std::string why) { return Outcome{OutcomeKind::failed, std::move(why)}; };
  if (e.search.poses.empty()) return failed("no pose brings the two bodies together: too little body in one of the images, or no overlap");
  const Pose& pose = e.search.poses.front();
  const double rival_pose = e.search.poses.size() > 1 ? e.search.poses[1].score / std::max(1e-9, pose.score) : 0.0;
  const LocalResult& l = e.local;
  if (pose.value < 0.15) return failed("the images have too little in common: similarity " + number(pose.value) + " of the whole body");
  if (rival_pose > 0.9) return failed("two different poses fit about equally well (" + number(rival_pose) + ")");
  if (l.samples < 500) return failed("too little soft tissue around the target in the pre-op image");
  if (l.overlap < 0.4) return failed("the post-op image covers " + number(100.0 * l.overlap) + " % of the surroundings of the target");
  if (l.value < 0.12 || l.value < 1.1 * l.displaced_max)
    return failed("similarity around the target, " + number(l.value) + ", is no better than that of wrong transforms, " +
                  number(l.displaced_max));
  if (l.agreement_mm > 8.0 || l.inverse_mm > 8.0)
    return failed("independent starts disagree at the target by " + number(std::max(l.agreement_mm, l.inverse_mm)) + " mm");
  if (e.local_shift_mm > options.max_local_shift_mm)
    return failed("the target moved " + number(e.local_shift_mm) + " mm against the skeleton, more than organs do");

  std::string doubt;
  const auto doubts = [&](const std::string& why) { doubt += (doubt.empty() ? "" : "; ") + why; };
  if (l.agreement_mm > options.agreement_ok_mm) doubts("independent starts disagree at the target by " + number(l.agreement_mm) + " mm");
  if (l.inverse_mm > options.agreement_ok_mm)
    doubts("forward and backward registration differ at the target by " + number(l.inverse_mm) + " mm");
  if (l.overlap < 0.55) doubts("the post-op image covers only " + number(100.0 * l.overlap) + " % of the surroundings of the target");
  if (rival_pose > 0.8) doubts("another pose fits nearly as well (" + number(rival_pose) + ")");
  if (l.rival_value > 0.85 * l.value) doubts("another place of the target fits nearly as well");
  if (l.value < 1.25 * l.displaced_max)
    doubts("similarity " + number(l.value) + " stands little above that of wrong transforms, " + number(l.displaced_max));
  if (!e.target_given) doubts("no target given: right at the middle of the body only");
  if (!doubt.empty()) return {OutcomeKind::low_confidence, doubt};
  return {OutcomeKind::ok, "similarity around the target " + number(l.value) + ", wrong transforms reach " + number(l.displaced_max) +
                               "; independent starts agree at the target within " + number(l.agreement_mm) + " mm"};
}

}  // namespace seedaudit
