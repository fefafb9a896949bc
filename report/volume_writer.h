// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/grid.h"
#include "core/result.h"

namespace seedaudit {

/// Volume formats of research tools, all of 32-bit floats in one file. NRRD and MetaImage are written in LPS, NIfTI-1 in RAS, as each
/// demands.
enum class VolumeFormat { nrrd, meta_image, nifti };

/// By extension: .nrrd, .mha, .nii, .nii.gz, in any case; nullopt for any other.
std::optional<VolumeFormat> volume_format_of(const std::filesystem::path& file);

/// Writes one value a voxel, i fastest; the file appears whole or not at all.
/// Errors: invalid_option (another extension, another number of values than voxels, a NIfTI side beyond 32767), output_unwritable.
template <class F>
Status write_volume(const GridGeometry<F>& grid, const std::vector<float>& values, const std::filesystem::path& file);

extern template Status write_volume(const GridGeometry<CtFrame>&, const std::vector<float>&, const std::filesystem::path&);
extern template Status write_volume(const GridGeometry<PlanFrame>&, const std::vector<float>&, const std::filesystem::path&);

}  // namespace seedaudit
