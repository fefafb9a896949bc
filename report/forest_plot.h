// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/outcomes_summary.h"

namespace seedaudit {

/// Hazard ratios with 95 % limits on a logarithmic axis, one row a coefficient, each covariate alone and then the multivariate model. What
/// was not estimated has its row with the words; limits beyond the axis end in an arrow.
std::string forest_svg(const std::string& title, const EndpointSummary& endpoint);

}  // namespace seedaudit
