// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/planning_histogram.h"
#include "core/result.h"

namespace seedaudit {

/// The DVH Sequence (3004,0050) of an RTDOSE.
struct DoseHistograms {
  std::vector<PlanningHistogram> histograms;  ///< one a structure, in the order of the file
  std::string structure_set_uid;              ///< that the ROI numbers belong to; empty: not stated
  Warnings warnings;
};

/// Reads the histograms that a planning system stored with its dose; none where it stored none. DIFFERENTIAL and CUMULATIVE become
/// cumulative, doses in GY, CGY or RELATIVE (with a DVH Normalization Dose Value) become Gy by DVH Dose Scaling, volumes in CM3 or PERCENT
/// become percent of the structure (docs/algorithms/reading_plan.md). What cannot be read soundly is left out by name: DVH_PASSED_OVER.
/// Errors: path_not_found, unreadable_file, truncated_file, wrong_modality.
Result<DoseHistograms> read_dose_histograms(const std::filesystem::path& path);

}  // namespace seedaudit
