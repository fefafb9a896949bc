// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/survival.h"

namespace seedaudit {

/// Survival curves over months with a tick at each time of censoring (of up to 200) and the numbers at risk below; of a single curve with
/// its log-log limits. \param groups a name each
std::string survival_svg(const std::string& title, const std::vector<std::string>& groups, const std::vector<SurvivalCurve>& curves);
/// The probability of each cause over months, with the number at risk.
std::string incidence_svg(const std::string& title, const CumulativeIncidence& incidence);

}  // namespace seedaudit
