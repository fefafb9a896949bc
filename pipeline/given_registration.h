// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/implant_case.h"
#include "core/registration_result.h"
#include "core/result.h"
#include "registration/register_volumes.h"

namespace seedaudit {

/// The registration that came with the case: a transform, taken as it is, or landmark pairs that one is fitted to. Nothing where the case
/// has neither. \param target where it has to be right \return registration_invalid where the pairs determine no transform
Result<std::optional<PlanRegistration>> given_registration(const ImplantCase& implant, const std::optional<Point<PlanFrame>>& target);

/// A second look at the transform that came with the case, by what the images say: where these fit beyond doubt, and place the target more
/// than 5 mm elsewhere, the given one is of low confidence; within that, `why` says how far they agree. Images that tell nothing take
/// nothing away. \param by_images the registration found from the images alone
void judge_by_images(const PlanRegistration& by_images, const TargetRegion& target, PlanRegistration& given);

/// Landmarks measure the error of a registration, unless it was fitted to these: then a warning says that they do not.
bool measures_error(const ImplantCase& implant, PlanRegistration& registration);

}  // namespace seedaudit
