// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/ct_volume.h"

namespace seedaudit {

/// What the scan itself says before anything is looked for.
struct ScanStatistics {
  double noise_hu = 10.0;               ///< standard deviation in soft tissue, structure removed
  std::optional<double> saturation_hu;  ///< voxels at this value are clipped; absent: the scale does not clip in this scan
  double saturated_share = 0.0;         ///< of all voxels; nil where the scale does not clip
  std::optional<double> window_top_hu;  ///< the highest value where voxels pile up at one that bone exceeds: a display window was applied
  double floor_hu = -1024.0;            ///< voxels at this value are clipped from below (dark streaks)
  double maximum_hu = 0.0;
  double slice_thickness_mm = 0.0;  ///< stated, or the spacing where it is not stated
};

/// Noise from differences of neighbours in soft tissue; saturation from the header or from a pile-up of voxels at the maximum.
ScanStatistics measure_scan(const CtVolume& ct);

}  // namespace seedaudit
