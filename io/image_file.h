// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <vector>

#include "core/grid.h"
#include "core/result.h"

namespace seedaudit {

enum class ImageFormat { unknown, dicom, nifti, nrrd, meta };

/// The format of a file by its first bytes, decompressed where it is a gzip stream; its name is not asked.
ImageFormat image_format_of(const std::string& path);

/// A NIfTI, NRRD or MetaImage volume in LPS, k along its slices, its axes right-handed (the k axis is reversed where the file's are
/// left-handed).
struct ImageFile {
  Index3 size{0, 0, 0};
  Eigen::Vector3d spacing_mm = Eigen::Vector3d::Ones();
  Eigen::Vector3d origin_mm = Eigen::Vector3d::Zero();
  Eigen::Matrix3d direction = Eigen::Matrix3d::Identity();
  std::vector<std::int16_t> values;  ///< rounded
  std::size_t clamped = 0;           ///< voxels beyond 16 bit, set to its ends
  std::size_t not_finite = 0;        ///< NaN or infinite voxels, set to -1024
  Warnings warnings;

  /// Appends a voxel: rounded, clamped and counted.
  void add(double value);
};

/// Larger than any scan; a header must not make us allocate tens of gigabytes.
constexpr double kMostVoxels = 2e9;

/// The axis along which a scanner's slices lie: the one whose voxel size is unlike those of the other two; where all are alike (within 1 %)
/// the one nearest to head-foot.
int slice_axis(const ImageFile& file);

/// Some programs store a volume by its columns or its sagittal planes. What comes after reads slices: the axes take turns until k runs
/// along them; no voxel moves in space.
void put_slices_last(ImageFile& file);

/// A left-handed grid becomes right-handed by counting its slices from the other end; no voxel moves in space.
void make_right_handed(ImageFile& file);

/// Errors: unreadable_file, path_not_found (a data file beside the header is missing), truncated_file, wrong_modality (vectors, colour,
/// time series), inconsistent_geometry (sheared axes; a file that does not say where the patient's sides are).
Result<ImageFile> read_image_file(const std::string& path, ImageFormat format);

}  // namespace seedaudit
