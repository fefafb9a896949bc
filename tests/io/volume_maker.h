// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <array>
#include <functional>
#include <optional>
#include <string>

/// NIfTI, NRRD and MetaImage files byte by byte from their published formats: nothing of the reader's libraries is used, so that a fault
/// of theirs would show.
namespace seedaudit::test {

enum class VoxelType { uint8, int16, uint16, int32, float32, float64 };

/// Voxel (i, j, k) lies at origin + direction * (i, j, k) * spacing, LPS mm. The direction may be left-handed.
struct VolumeSpec {
  std::array<int, 3> size{7, 6, 5};
  Eigen::Vector3d spacing_mm{0.8, 0.7, 2.5};
  Eigen::Vector3d origin_mm{-10.0, -20.0, 30.0};
  Eigen::Matrix3d direction = Eigen::Matrix3d::Identity();
  VoxelType type = VoxelType::int16;
  std::function<double(const Eigen::Vector3d&)> hu;  ///< default: smooth_hu()
  double slope = 1.0;                                ///< stored = (hu - intercept) / slope
  double intercept = 0.0;
  bool big_endian = false;

  Eigen::Vector3d position_of(int i, int j, int k) const;
};

std::string voxel_bytes(const VolumeSpec& spec);

/// What a NIfTI header says beside the content.
struct NiftiForm {
  int sform_code = 1;
  int qform_code = 1;
  bool version2 = false;
  bool write_scaling = false;            ///< scl_slope and scl_inter from the spec; else 0 and 0, which mean none
  int volumes = 1;                       ///< fourth dimension
  int units = 2;                         ///< xyzt_units: 1 metres, 2 mm, 3 micrometres
  double length_scale = 1.0;             ///< factor on every length written, to go with `units`
  std::optional<Eigen::Matrix4d> sform;  ///< instead of the spec's own (RAS)
};
std::string nifti_bytes(const VolumeSpec& spec, const NiftiForm& form = {});

/// \param space the NRRD space name, or "" for none
/// \param data_file name of a detached data file, or "" for data in the same file
std::string nrrd_bytes(const VolumeSpec& spec, const std::string& space = "left-posterior-superior", const std::string& data_file = "");

/// \param data_file ElementDataFile; LOCAL appends the voxels
std::string meta_bytes(const VolumeSpec& spec, const std::string& data_file = "LOCAL");

/// A gzip stream without compression.
std::string gzip(const std::string& bytes);

}  // namespace seedaudit::test
