// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/frames.h"
#include "core/result.h"
#include "core/warp.h"
#include "io/registration_file.h"

class DcmItem;

namespace seedaudit {

/// True where the data set is a Deformable Spatial Registration.
bool is_deformable_registration(DcmItem& dataset);

/// The map of a DICOM Deformable Spatial Registration (PS3.3 C.20.3.1.1): a point X of the registered frame lies at M_post (M_pre X + d(X))
/// in the source frame; d on a grid in the registered frame, trilinear, and beyond the grid as at its border. Where the source is the
/// plan's frame the map is inverted on a grid of the same spacing. An item without grid is rigid.
/// Errors: registration_invalid (the frames asked for are not registered, matrices that are not rigid, a grid that is not one or does not
/// hold its vectors, a map that folds).
Result<Warp<CtFrame, PlanFrame>> read_deformable_registration(DcmItem& dataset, const std::string& path, const RegistrationFrames& frames);

}  // namespace seedaudit
