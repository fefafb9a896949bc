// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/frames.h"
#include "core/grid.h"
#include "core/warp.h"

namespace seedaudit {

/// The moving volume in the voxels of a fixed grid, trilinear between voxel centres; the outer half voxel takes the nearest centre's value.
/// \param fixed_from_moving where a point of the moving volume lies on the fixed grid
/// \param outside value of voxels that the moving volume does not cover
std::vector<float> resample_onto(const GridGeometry<CtFrame>& fixed, const PreopVolume& moving,
                                 const Warp<CtFrame, PlanFrame>& fixed_from_moving, float outside);

}  // namespace seedaudit
