// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/fusion_plane.h"
#include "core/warp.h"

namespace seedaudit {

/// Axial, coronal and sagittal plane through a place of the post-op scan, 150 mm wide, 1 mm pixels, as the patient is looked at: patient's
/// left on the right of axial and coronal, back on the right of sagittal, head up. Nearest voxel of the post-op scan, trilinear in the
/// pre-op one; -1024 where a scan has nothing.
std::vector<FusionPlane> fusion_planes(const CtVolume& postop, const PreopVolume& preop, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                                       const Point<CtFrame>& place);

/// The pre-op image mapped onto the scan, in a block of 150 mm about `place` along the patient's axes: 1 mm steps, 2 mm along the body.
/// Values as the image has them; -1024 where it does not cover the block. Absent only where `place` is not finite.
std::optional<CtVolume> fusion_block(const PreopVolume& preop, const Warp<CtFrame, PlanFrame>& ct_from_plan, const Point<CtFrame>& place);

/// A dose of the plan's frame on a grid of the scan, by the same warp, for pictures: steps of 0.1 Gy, at most 3276 Gy; 0 beyond its own
/// grid.
DoseGrid<CtFrame> mapped_dose(const DoseGrid<PlanFrame>& planned, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                              const GridGeometry<CtFrame>& onto);

}  // namespace seedaudit
