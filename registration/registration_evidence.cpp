// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_evidence.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "registration/parts_step.h"

namespace seedaudit {
namespace {

constexpr std::size_t kPosesFollowed = 2;  // whole-body poses that get their own local step
constexpr double kRunnerUpFollowed = 0.7;  // of the best pose's score; below, a pose is not followed

// Between bones, or blood with contrast agent that looks like bone, soft tissue is islands: a start some millimetres off sees none of them,
// and cannot climb.
constexpr double kLeastSoft = 0.25;

constexpr double kRigidEnoughMm = 2.0;  // parts that lie farther than this off ask for a deformation

/// How far the parts of the neighbourhood that can tell lie from where the rigid motion puts them: the second largest distance, so that one
/// part that follows something else does not decide.
double rigid_residual_mm(const PartsResult& parts) {
  std::vector<double> off;
  for (const PartFit& p : parts.parts)
    if (p.elsewhere_sd > 0.0 && p.best > p.elsewhere_mean + 3.0 * p.elsewhere_sd) off.push_back(p.shift_mm.norm());
  if (off.size() < 2) return 0.0;
  std::sort(off.begin(), off.end());
  return off[off.size() - 2];
}

/// What whole body and region around the target say together. Similarity counts less where little of the target's surroundings is seen.
double worth(const Pose& pose, const LocalPlace& local) { return pose.score * local.value * std::min(1.0, local.overlap + 0.3); }

}  // namespace

Evidence gather_evidence(PreparedImage fixed, PreparedImage moving, const Ball& target, bool target_given, double deformable_radius_mm,
                         const RegistrationOptions& options, const Progress& progress) {
  Evidence out;
  out.both_ct = fixed.base.is_ct && moving.base.is_ct;
  out.target_given = target_given;
  report_progress(progress, "registration: body position", 0.25);
  out.search = search_poses(fixed, moving);
  out.starts = out.search.starts;
  if (out.search.poses.empty()) return out;
  report_progress(progress, "registration: target", 0.6);
  const double around_mm = target.radius_mm + options.local_margin_mm;
  if (soft_fraction(fixed, target.center_mm, around_mm) < kLeastSoft ||
      soft_fraction(moving, out.search.poses[0].moving_from_fixed * target.center_mm, around_mm) < kLeastSoft) {
    include_bone(fixed, options);
    include_bone(moving, options);
  }
  const LocalStep step(fixed, moving, target, options);
  // The runner-up pose gets its chance too: where it explains the target better, it was the right one.
  LocalPlace place;
  std::size_t followed = 0;
  for (std::size_t p = 0; p < std::min(kPosesFollowed, out.search.poses.size()); ++p) {
    const Pose& pose = out.search.poses[p];
    if (p > 0 && pose.score < kRunnerUpFollowed * out.search.poses[0].score) break;
    const LocalPlace found = step.find(pose.moving_from_fixed);
    out.starts += found.starts;
    if (p > 0 && !(worth(pose, found) > worth(out.search.poses[followed], place))) continue;
    place = found;
    followed = p;
  }
  std::swap(out.search.poses[0], out.search.poses[followed]);
  out.local = step.weigh(out.search.poses[0].moving_from_fixed, place);
  out.starts += out.local.starts;
  report_progress(progress, "registration: skeleton", 0.9);
  out.skeleton = fit_skeleton(fixed, moving, out.search.poses.front().moving_from_fixed);
  if (!fixed.base.is_ct && moving.base.is_ct) {
    out.witness = ask_skeleton(moving, fixed, out.local.moving_from_fixed * target.center_mm,
                               out.search.poses.front().moving_from_fixed.inverse(Eigen::Isometry), options);
    out.skeleton.moving_from_fixed = out.witness->other_from_ct.inverse(Eigen::Isometry);
  }
  out.local_shift_mm = (out.local.moving_from_fixed * target.center_mm - out.skeleton.moving_from_fixed * target.center_mm).norm();
  out.bones = compare_bones(fixed, moving, target.center_mm, out.skeleton.moving_from_fixed);
  if (!options.local_step) return out;
  bool deforms = options.deformable == DeformableUse::always;
  if (options.deformable == DeformableUse::automatic)
    deforms = rigid_residual_mm(test_parts(fixed, moving, target, out.local.moving_from_fixed, options)) > kRigidEnoughMm;
  if (deforms) {
    report_progress(progress, "registration: deformation", 0.95);
    out.deformable = deform(fixed, moving, target, deformable_radius_mm, out.local.moving_from_fixed);
  }
  return out;
}

}  // namespace seedaudit
