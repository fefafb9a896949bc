// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/seed.h"
#include "detectors/calibration.h"
#include "detectors/candidates.h"
#include "detectors/cluster_resolver.h"
#include "detectors/detector_options.h"
#include "detectors/even_rows.h"
#include "detectors/scan_search.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// Puts seeds, clusters, count interval and named rejects of one series together, in CtFrame.
Detection assemble(const CtVolume& ct, const ScanStatistics& scan, const ScanCalibration& calibration, const DetectorOptions& options,
                   const std::vector<CandidateRegion>& regions, const std::vector<SeedGroup>& groups,
                   const std::vector<ResolvedGroup>& resolved, const std::vector<CandidateRegion>& large);

/// The same of objects that their rows tell (find_even_rows). Always low confidence: what one of them looks like was not learned.
Detection assemble_rows(const CtVolume& ct, const ScanStatistics& scan, const ScanCalibration& start, const DetectorOptions& options,
                        const FoundRegions& found, const RowSearch& rows);

/// Several series of one frame of reference: a seed nearer than its capsule's half length, within their sigmas, to one of an earlier series
/// is the same; the one with the smaller sigma stays.
Detection merge_series(std::vector<Detection>&& parts, const DetectorOptions& options);

}  // namespace seedaudit
