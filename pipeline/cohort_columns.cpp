// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_columns.h"

#include "pipeline/cohort_statistics.h"

namespace seedaudit {

Proportion share_below(const RecordList& records, CohortMetric metric, double limit) {
  int below = 0, n = 0;
  for (const auto* r : records) {
    const auto worst = worst_value(*r, metric);
    if (!worst) continue;
    ++n;
    if (*worst < limit) ++below;
  }
  return wilson(below, n);
}

Proportion share_migrated(const RecordList& records) {
  int migrated = 0, looked_at = 0;
  for (const auto* r : records) {
    if (!r->migrated_count || !r->seed_count || *r->migrated_count > *r->seed_count) continue;
    migrated += *r->migrated_count;
    looked_at += *r->seed_count;
  }
  return clopper_pearson(migrated, looked_at);
}

}  // namespace seedaudit
