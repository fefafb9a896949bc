// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_outcome.h"

#include <cstdio>
#include <string>

namespace seedaudit {
namespace {

std::string number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", v);
  return buffer;
}

}  // namespace

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
