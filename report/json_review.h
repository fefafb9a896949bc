// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "report/identity_filter.h"
#include "report/json_writer.h"

namespace seedaudit {

/// The `review` object of report.json: who, when, every action under the keys of review.json, so that a later review can go on from them,
/// and the figures before and after.
void write_review(JsonWriter& json, const AppliedReview& applied, const IdentityFilter& filter);

/// Where a seed of a reviewed audit comes from; `found` for an id that the review does not know.
SeedOrigin origin_of(const AppliedReview& applied, int seed_id);

}  // namespace seedaudit
