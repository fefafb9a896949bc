// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// Finds every seed in a post-op CT, without any knowledge of plan or record: they must never change what is found
/// (docs/algorithms/detection.md). Centres, axes and sigmas in CtFrame, mm. Seeds are ordered by position (superior first), so that ids do
/// not depend on threads. A scan without seeds is an ok outcome with zero seeds. Invalid options or an empty volume: outcome failed.
Detection detect_seeds(const CtVolume& ct, const DetectorOptions& options, const Progress& progress = {});

/// Several series in one frame of reference (chest and abdomen of one scan) are searched as one; a seed seen in two series is counted once,
/// from the series with the smaller stated uncertainty.
Detection detect_seeds(const std::vector<CtVolume>& series, const DetectorOptions& options, const Progress& progress = {});

}  // namespace seedaudit
