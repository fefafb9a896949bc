// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// Reads an RTSTRUCT. Every ROI of the Structure Set ROI Sequence is there, also one that was never drawn; contours stay in 3-D, oblique,
/// off the image planes and smaller than a pixel as they are. Closed planar contours enclose; POINT contours, and ROIs of type MARKER or
/// SEED given as points, become Structure::points. Names are UTF-8.
/// Warnings: ROI_WITHOUT_CONTOURS, CONTOUR_DROPPED, CONTOUR_TYPE, CONTOUR_NOT_PLANAR, ORPHAN_CONTOURS, OBSERVATION_WITHOUT_ROI,
/// ROI_FRAME_DIFFERS, ROI_NAME_REPEATED, STRUCTURES_FRAME_MISSING.
/// Errors: path_not_found, unreadable_file, truncated_file, wrong_modality, structures_invalid. Instantiated for both frames.
template <class F = PlanFrame>
Result<StructureSet<F>> read_structures(const std::filesystem::path& path);

}  // namespace seedaudit
