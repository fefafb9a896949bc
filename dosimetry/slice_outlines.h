// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/grid.h"
#include "core/structures.h"
#include "dosimetry/structure_volume.h"

namespace seedaudit {

/// Whether each closed contour of a structure lies in the plane of a slice, within 0.1 mm.
bool lies_on_slices(const Structure<CtFrame>& structure, const GridGeometry<CtFrame>& slices);

/// A structure drawn anew on the slices of an image: on each, the outline of what its volume encloses there, found on nodes 0.5 mm apart
/// (parts thinner than that may be missed) and brought onto the surface by halving, to 0.2 um. Area times slice distance is its volume as
/// far as slices that far apart show it: half a slice at either end. For readers that take contours by slices; figures come from the
/// contours as drawn. \param slices the image; its rows and columns play no part \return the same name and type; without contours where no
/// slice cuts the volume
Structure<CtFrame> outline_on_slices(const Structure<CtFrame>& structure, const StructureVolume<CtFrame>& volume,
                                     const GridGeometry<CtFrame>& slices);

}  // namespace seedaudit
