// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "dosimetry/dose_engine.h"

namespace seedaudit {

/// Share of the dose to the points, percent, whose straight way from its seed passes through the capsule of another seed: what TG-43 counts
/// in full and a capsule in part absorbs. Seeds without axis cast no shadow. No points or no seeds: 0.
double interseed_shadow_pct(const std::vector<Point<CtFrame>>& points, const std::vector<DoseSeed<CtFrame>>& seeds,
                            const SourceModel& source, const DoseOptions& dose = {});

}  // namespace seedaudit
