// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/frames.h"
#include "core/implant_case.h"  // LandmarkPair
#include "core/registration_result.h"
#include "core/result.h"

namespace seedaudit {

/// The least-squares rigid transform that carries the first of each landmark pair onto the second (Kabsch), method "given". Its outcome
/// rests on the error that the residual lets one expect at the target: above 5 mm failed, above 3 mm low confidence. Three pairs leave
/// nothing to check them by across their plane, and are at best of low confidence.
/// \param target where the error is expected; without it, at the middle of the landmarks
/// \return registration_invalid where a coordinate is not finite, with fewer than three pairs, with landmarks within 2 mm of one line, or
/// where the pairs are no rigid motion (residual above 10 mm rms)
Result<PlanRegistration> registration_from_landmarks(const std::vector<LandmarkPair>& landmarks,
                                                     const std::optional<Point<PlanFrame>>& target);

}  // namespace seedaudit
