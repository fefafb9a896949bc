// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/fusion_plane.h"
#include "core/result.h"

namespace seedaudit {

/// The planes side by side as a PNG: squares of 15 mm, in turn of the post-op scan and of the pre-op scan mapped onto it, so that edges of
/// organs that do not meet at the squares' borders are seen. Soft tissue window for CT; each scan between its own 1st and 99th percentile
/// otherwise. Each plane with its name and the letters of its sides, and a key of the two scans. The same planes give the same bytes.
/// \param preop_is_ct whether its values are HU Errors: invalid_option (no plane, or one without pixels).
Result<std::string> checkerboard_png(const std::vector<FusionPlane>& planes, bool preop_is_ct);

}  // namespace seedaudit
