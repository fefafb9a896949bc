// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/given_registration.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "registration/landmark_fit.h"

namespace seedaudit {

Result<std::optional<PlanRegistration>> given_registration(const ImplantCase& implant, const std::optional<Point<PlanFrame>>& target) {
  if (!implant.registration_landmarks.empty()) {
    auto fitted = registration_from_landmarks(implant.registration_landmarks, target);
    if (!fitted) return fitted.error();
    return std::optional(std::move(fitted).value());
  }
  if (!implant.given_registration) return std::optional<PlanRegistration>();
  PlanRegistration out;
  out.method = "given";
  out.ct_from_plan = implant.given_registration->rigid;
  out.deformation = implant.given_registration->field;
  if (out.deformation) {
    const JacobianRange range = jacobian_range(*implant.given_registration);
    out.qa.jacobian_min = range.min;
    out.qa.jacobian_max = range.max;
  }
  out.outcome = {OutcomeKind::ok, "given by the user"};
  return std::optional(std::move(out));
}

void judge_by_images(const PlanRegistration& by_images, const TargetRegion& target, PlanRegistration& given) {
  // What both may err by: a registration that is ok by 3 mm, a given one by as much (TG-132, 2017: 5 mm at most).
  constexpr double kApartMm = 5.0;
  if (given.outcome.kind != OutcomeKind::ok) return;
  const std::string untold = "; the images do not tell whether it is right";
  if (!by_images.outcome.usable()) {
    given.outcome.why += untold;
    return;
  }
  const Warp<CtFrame, PlanFrame> theirs = given.warp(), ours = by_images.warp();
  double apart_mm = distance_mm(theirs * target.center, ours * target.center);
  for (int axis = 0; axis < 3; ++axis)
    for (const double side : {-1.0, 1.0}) {
      Point<PlanFrame> end = target.center;
      end.mm[axis] += side * target.radius_mm;
      apart_mm = std::max(apart_mm, distance_mm(theirs * end, ours * end));
    }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f mm", apart_mm);
  const bool sure = by_images.outcome.kind == OutcomeKind::ok;
  if (apart_mm <= kApartMm) {
    given.outcome.why += sure ? std::string("; the images agree with it within ") + text + " at the target" : untold;
    return;
  }
  // Images that are less sure of themselves bear nothing out, but that they point elsewhere is worth a look.
  given.outcome = {OutcomeKind::low_confidence, given.outcome.why + ", but the images " + (sure ? "" : "(of low confidence themselves) ") +
                                                    "place the target up to " + text +
                                                    " elsewhere: check direction, frame and unit of what was given"};
}

bool measures_error(const ImplantCase& implant, PlanRegistration& registration) {
  if (implant.landmarks.empty()) return false;
  const auto fitted_to = [&](const LandmarkPair& pair) {
    return std::any_of(implant.registration_landmarks.begin(), implant.registration_landmarks.end(),
                       [&](const LandmarkPair& used) { return used.preop.mm == pair.preop.mm && used.postop.mm == pair.postop.mm; });
  };
  if (std::none_of(implant.landmarks.begin(), implant.landmarks.end(), fitted_to)) return true;
  registration.warnings.push_back({"LANDMARKS_NOT_INDEPENDENT",
                                   "The registration was fitted to landmarks that it should be measured at: they are not used as a measure "
                                   "of its error. Give others."});
  return false;
}

}  // namespace seedaudit
