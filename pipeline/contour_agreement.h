// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/registration_result.h"
#include "pipeline/case_contours.h"

namespace seedaudit {

/// Dice coefficient 2 |A and B| / (|A| + |B|) (Dice 1945), 0..1, of what two sets of contours enclose; within 0.005, from low-discrepancy
/// points.
double dice(const StructureVolume<CtFrame>& a, const StructureVolume<CtFrame>& b);

/// Of every structure drawn on both scans: how the pre-op contour, mapped, agrees with the post-op one. After map_contours. It holds what
/// the observers differ by, and what the structure changed, beside the error of the registration.
std::vector<ContourDice> contour_agreement(const CaseContours& contours);

}  // namespace seedaudit
