// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "io/image_file.h"

/// NIfTI-1 and NIfTI-2 volumes (.nii, .nii.gz, .hdr with .img), read from the format's definition (nifti1.h, nifti2.h): the header alone
/// decides where the patient's sides are, and every doubt about that is an error or a warning here, not a guess of a library.
namespace seedaudit {

/// True where `head`, the first bytes of a file after decompression (540 suffice), begins a NIfTI header.
bool is_nifti(std::string_view head);

/// Up to `n` first bytes of a file, decompressed if it is a gzip stream; empty where it cannot be read.
std::string first_bytes(const std::string& path, std::size_t n);

/// Reads one volume into LPS.
/// The place of voxels: sform where its code says scanner or aligned coordinates; else qform; else an sform of a template space. A form
/// that differs from the one used by more than 0.1 mm anywhere in the volume is the warning NIFTI_FORMS_DIFFER.
/// Values: scl_slope and scl_inter are applied unless scl_slope is 0, which means none.
/// Errors: unreadable_file; truncated_file; wrong_modality (colours, complex numbers, time series, a single picture);
/// inconsistent_geometry (neither sform nor qform, sheared axes, voxel sizes that contradict the form).
Result<ImageFile> read_nifti(const std::string& path);

}  // namespace seedaudit
