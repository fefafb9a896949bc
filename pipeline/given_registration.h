// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/implant_case.h"
#include "core/registration_result.h"
#include "core/result.h"

namespace seedaudit {

/// The registration that came with the case: a transform, taken as it is, or landmark pairs that one is fitted to. Nothing where the case
/// has neither. \param target where it has to be right \return registration_invalid where the pairs determine no transform
Result<std::optional<PlanRegistration>> given_registration(const ImplantCase& implant, const std::optional<Point<PlanFrame>>& target);

/// Landmarks measure the error of a registration, unless it was fitted to these: then a warning says that they do not.
bool measures_error(const ImplantCase& implant, PlanRegistration& registration);

}  // namespace seedaudit
