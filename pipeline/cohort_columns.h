// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/cohort_summary.h"

/// Shares over implants, as tables and strata of a cohort print them.
namespace seedaudit {

using RecordList = std::vector<const CohortRecord*>;

/// Implants with a figure, and how many have their worst lesion below the limit; Wilson.
Proportion share_below(const RecordList& records, CohortMetric metric, double limit);
/// Migrated or embolised of the found seeds, of implants that tell; Clopper-Pearson.
Proportion share_migrated(const RecordList& records);

}  // namespace seedaudit
