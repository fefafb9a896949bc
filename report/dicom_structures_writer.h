// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/grid.h"
#include "core/result.h"
#include "core/structures.h"
#include "report/dicom_common.h"

namespace seedaudit {

/// Writes contours as RT Structure Set Storage: CLOSED_PLANAR contours and POINT contours, each planar contour that lies on a slice of
/// `grid` refers to that slice of `images`. structures.sop_instance_uid, frame_of_reference_uid and label are used where given.
/// \param grid of the image series `images`
/// Errors: invalid_option (no structure, contour of fewer than 3 points, series without slices), output_unwritable.
template <class F>
Result<WrittenInstance> write_structures(const StructureSet<F>& structures, const GridGeometry<F>& grid, const WrittenSeries& images,
                                         const DicomHeader& header, const std::filesystem::path& file);

extern template Result<WrittenInstance> write_structures(const StructureSet<CtFrame>&, const GridGeometry<CtFrame>&, const WrittenSeries&,
                                                         const DicomHeader&, const std::filesystem::path&);
extern template Result<WrittenInstance> write_structures(const StructureSet<PlanFrame>&, const GridGeometry<PlanFrame>&,
                                                         const WrittenSeries&, const DicomHeader&, const std::filesystem::path&);

}  // namespace seedaudit
