// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/implant_case.h"
#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// Seeds that somebody listed, in the form that a search of the scan would have given: ids in the list's order, clusters by the same
/// surface distance, no doubt about the count. Positions are taken as stated, without uncertainty.
Detection detection_of(const std::vector<GivenSeed>& seeds, const DetectorOptions& capsule);

/// Distance between the surfaces of two capsules (cylinders taken as rods with round ends), mm; negative where they overlap.
/// An absent axis counts as a sphere of the capsule's diameter.
double capsule_gap_mm(const Point<CtFrame>& a, const std::optional<Axis<CtFrame>>& axis_a, const Point<CtFrame>& b,
                      const std::optional<Axis<CtFrame>>& axis_b, const DetectorOptions& capsule);

}  // namespace seedaudit
