// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/plan.h"

namespace seedaudit {

/// Needle name of a seed as its channel states it, and the application setup it stands in.
struct NamedNeedle {
  std::string name;
  std::size_t setup = 0;
};

/// Gives the seeds of a plan their needles. Seeds of one name are one needle if they lie within 3 mm of a line; where the name was reused
/// over several setups and they do not, each setup has its own. A seed without orientation takes the line of its needle (warning
/// AXIS_FROM_NEEDLE).
/// \param names one for each of plan.seeds
void assign_needles(std::vector<NamedNeedle> names, ImplantPlan& plan);

}  // namespace seedaudit
