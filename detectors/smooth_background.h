// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "detectors/fit_site.h"
#include "detectors/voxel_patch.h"

namespace seedaudit {

/// Takes what is smooth (scale of 5 mm in the slice) and not a narrow peak out of what the ring left: pools of lipiodol, the edge of an
/// organ, contrast in a vessel. Changes `background_hu`. Each slice by itself: cubic B-splines by reweighted least squares in which peaks
/// count ever less (P. H. C. Eilers, Anal. Chem. 75 (2003) 3631: a perfect smoother; here with a bounded influence on both sides).
void level_background(VoxelPatch& patch, double noise_hu);

/// The same for the voxels to explain once `explained` (HU, one value a voxel) is known, at 3.5 mm: what is left is background, whatever
/// its height.
/// Changes `hu`. Returns the largest change, HU.
double level_background(FitSite& site, const std::vector<float>& explained, double noise_hu);

}  // namespace seedaudit
