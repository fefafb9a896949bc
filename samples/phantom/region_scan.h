// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/ct_volume.h"
#include "core/result.h"
#include "samples/phantom/region_background.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

struct RegionScanOptions {
  double slice_thickness_mm = 2.5;
  double slice_spacing_mm = 2.5;
  /// Lowest slice centre and length, mm, in coordinates of the region; clipped to it.
  double first_slice_mm = -40.0;
  double length_mm = 80.0;
  ReconstructionKernel kernel = ReconstructionKernel::medium;
  /// Quanta that reach one detector element unattenuated in one view, per mm of slice thickness.
  double quanta_per_mm = 1.0e6;
  int views = 480;
  double detector_mm = 0.6;
  /// Top of the stored scale, HU; the header states it only if it is 3071.
  double saturation_hu = 3071.0;

  Status check() const;
};

/// A CT of the region with objects in it: the noise-free planes of the region through the slice profile, noise images scaled to the
/// quanta of a slice, and what the objects change, projected with all that the rays meet in the body and reconstructed over the region
/// alone. Slices are independent: noise of overlapping slices is not shared. Slabs keep their own noise and set the least thickness.
/// \param objects in coordinates of the region, which are those of the result
/// Errors: invalid_option.
Result<CtVolume> scan_region(const RegionBackground& region, const std::vector<FineObject>& objects, const RegionScanOptions& options,
                             std::uint64_t seed);

}  // namespace seedaudit
