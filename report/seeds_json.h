// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/ct_volume.h"
#include "core/seed.h"

namespace seedaudit {

/// What `seedaudit detect` writes: the seeds found in one image, without plan, source or strength (both null: a dose needs them as
/// options). The same keys and decimals as report.json.
/// \param postop the series that were searched; [0] gives frame of reference and acquisition
std::string seeds_json(const Detection& detection, const std::vector<CtVolume>& postop);
std::string seeds_json(const Detection& detection, const CtVolume& postop);

}  // namespace seedaudit
