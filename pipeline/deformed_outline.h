// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/structures.h"
#include "core/warp.h"
#include "dosimetry/structure_volume.h"

namespace seedaudit {

/// Contours of what a structure of the plan becomes under a deformation. Contour points carried over one by one would leave their planes;
/// so the deformed body is cut again, on planes parallel to the axial planes of the plan as the rigid part puts them, at the spacing of
/// the drawn ones: every cut is where membership of the undeformed place changes, within 0.02 mm on a grid of 1 mm (2 mm for bodies above
/// 500 cc).
/// \param drawn number, name and type are taken from it \return empty contours where nothing remains
Structure<CtFrame> deformed_outline(const Warp<CtFrame, PlanFrame>& ct_from_plan, const StructureVolume<PlanFrame>& volume,
                                    const Structure<PlanFrame>& drawn);

}  // namespace seedaudit
