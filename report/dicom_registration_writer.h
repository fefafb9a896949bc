// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/ct_volume.h"
#include "core/frames.h"
#include "core/registration_result.h"
#include "core/result.h"
#include "core/warp.h"
#include "report/dicom_common.h"

namespace seedaudit {

/// Writes a rigid transform as Spatial Registration Storage (PS3.3 A.39.1): the registered coordinate system is the frame of the post-op
/// CT, onto which the matrix of the pre-op frame carries; the CT's own matrix is the identity. A deformed one becomes Deformable Spatial
/// Registration Storage (A.39.2): the registered system is the frame of the plan, its source the post-op CT, and the grid and its vectors
/// are the deformation's own, so that reading gives the same map.
/// \param plan_frame_uid \param ct_frame_uid frames of reference of the two images; different and not empty
/// Errors: invalid_option (a frame that is not known, one frame for both), output_unwritable.
Result<WrittenInstance> write_registration(const Warp<CtFrame, PlanFrame>& ct_from_plan, const std::string& plan_frame_uid,
                                           const std::string& ct_frame_uid, const DicomHeader& header, const std::filesystem::path& file);

/// Header of a registration that leads to this image: its patient and study.
DicomHeader registration_header(const SeriesIdentity& ct, const Acquisition& acquisition, const std::string& software_version);

/// `folder`/dicom/registration.dcm of an audit: the registration that it rests on, rigid or deformed. Nothing is written, and one of an
/// earlier run is removed, where there was nothing to register, the outcome may not be used, or a frame of reference is not known.
/// Errors: output_unwritable.
Status write_audit_registration(const PlanRegistration& registration, const std::string& plan_frame_uid, const CtVolume& postop,
                                const std::string& software_version, const std::filesystem::path& folder);

}  // namespace seedaudit
