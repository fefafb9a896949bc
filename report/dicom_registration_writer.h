// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/frames.h"
#include "core/result.h"
#include "report/dicom_common.h"

namespace seedaudit {

/// Writes a rigid transform as Spatial Registration Storage (PS3.3 A.39.1): the registered coordinate system is the frame of the post-op
/// CT, onto which the matrix of the pre-op frame carries; the CT's own matrix is the identity.
/// \param plan_frame_uid \param ct_frame_uid frames of reference of the two images; different and not empty
/// Errors: invalid_option (a frame that is not known, one frame for both), output_unwritable.
Result<WrittenInstance> write_registration(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::string& plan_frame_uid,
                                           const std::string& ct_frame_uid, const DicomHeader& header, const std::filesystem::path& file);

}  // namespace seedaudit
