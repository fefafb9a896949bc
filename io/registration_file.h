// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/frames.h"
#include "core/result.h"
#include "core/warp.h"

namespace seedaudit {

/// Frames that a DICOM registration connects; empty where unknown.
struct RegistrationFrames {
  std::string plan_frame_uid;  ///< frame of reference of plan and pre-op image
  std::string ct_frame_uid;    ///< of the post-op CT
};

/// Reads ct_from_plan: a DICOM Spatial Registration or Deformable Spatial Registration (deformable_registration.h), the JSON of `register`
/// or of a report ("postop_from_preop" or "fixed_from_moving", 16 numbers row-major), or text of 12 or 16 numbers, row-major, mm LPS,
/// mapping pre-op into post-op coordinates. In a DICOM registration the frames tell the direction; both must be known and found in it.
/// Errors: path_not_found, unreadable_file, registration_invalid (not rigid within 1e-3, not the frames asked for), bad_json.
Result<Warp<CtFrame, PlanFrame>> read_registration(const std::filesystem::path& path, const RegistrationFrames& frames = {});

}  // namespace seedaudit
