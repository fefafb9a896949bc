// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/given_registration.h"

#include <algorithm>
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
