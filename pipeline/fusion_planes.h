// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/fusion_plane.h"
#include "core/warp.h"

namespace seedaudit {

/// Axial, coronal and sagittal plane through a place of the post-op scan, 150 mm wide, 1 mm pixels, as the patient is looked at: patient's
/// left on the right of axial and coronal, back on the right of sagittal, head up. Nearest voxel of the post-op scan, trilinear in the
/// pre-op one; -1024 where a scan has nothing.
std::vector<FusionPlane> fusion_planes(const CtVolume& postop, const PreopVolume& preop, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                                       const Point<CtFrame>& place);

}  // namespace seedaudit
