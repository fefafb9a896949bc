// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/ct_volume.h"
#include "core/progress.h"

namespace seedaudit {

/// Reads an image volume from a NIfTI, NRRD or MetaImage file (recognised by content, not by name), a DICOM file, or a folder that holds
/// one image series. Of several series in a folder the choice is: not a localizer, original, not metal-artefact-reduced, thinnest
/// slices, most slices; the choice and its reason become the warning SERIES_CHOSEN. RAS files (NIfTI) come out in LPS.
/// Errors: path_not_found, empty_folder, unreadable_file, truncated_file, wrong_modality, ambiguous_ct, inconsistent_geometry, and those
/// of read_series. Instantiated for CtFrame and PlanFrame.
template <class F>
Result<Volume<F>> read_volume_as(const std::filesystem::path& path, const Progress& progress = {});

inline Result<CtVolume> read_volume(const std::filesystem::path& path, const Progress& progress = {}) {
  return read_volume_as<CtFrame>(path, progress);
}

}  // namespace seedaudit
