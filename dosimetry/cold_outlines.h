// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/grid.h"
#include "core/structures.h"
#include "dosimetry/metrics.h"

namespace seedaudit {

/// Outlines of the cold regions on the slices of an image: marching squares (Lorensen and Cline 1987, in two dimensions) over nodes at half
/// the distance of those that find the regions. On an edge the border is where dose reaches the level, or where the structure ends. Area
/// times slice distance is the region's volume as far as slices that far apart show it.
/// \param slices the image; its rows and columns play no part
/// \return one structure for each of cold_regions() with the same arguments, in its order; without contours where no slice cuts it
std::vector<Structure<CtFrame>> cold_outlines(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds,
                                              const SourceModel& source, Gy level, const GridGeometry<CtFrame>& slices,
                                              const DoseOptions& dose = {}, const ColdRegionOptions& options = {});

}  // namespace seedaudit
