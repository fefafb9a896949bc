// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/outcomes_summary.h"

namespace seedaudit {

/// outcomes.json: every estimate and test but the curves; null where not defined, `why_not` where not computed (docs/outcomes.md).
std::string outcomes_json(const OutcomesSummary& outcomes);

}  // namespace seedaudit
