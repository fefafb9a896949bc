// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/ct_volume.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/needle_lines.h"

namespace seedaudit {

/// The way of needles into a target by the post-op CT. Skin: where a line leaves the body, that is meets 20 mm of air as thin as outside;
/// bone: above 250 HU, outside the target and away from the metal of seeds. Direction: from the given entry to the target's centre; else
/// along the axes that most seeds share, from the nearer skin; else from the nearest skin.
/// Nothing where no series covers the target. The volumes must outlive the result.
std::optional<WayIn> way_into(const std::vector<CtVolume>& series, const StructureVolume<CtFrame>& target,
                              const std::vector<DoseSeed<CtFrame>>& seeds, const std::optional<Point<CtFrame>>& entry);

}  // namespace seedaudit
