// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temporary_folder.h"

class DcmDataset;

/// Makes DICOM CT series (and other objects) as archives hold them, well-formed or broken on purpose, with a known content.
namespace seedaudit::test {

enum class Syntax {
  implicit_le,
  explicit_le,
  explicit_be,
  deflated,
  rle,
  jpeg_baseline,      ///< 8 bit
  jpeg_extended,      ///< 12 bit
  jpeg_lossless,      ///< .57
  jpeg_lossless_sv1,  ///< .70
  jpeg_ls_lossless,
  jpeg_ls_near,
  jpeg2000_lossless,
  jpeg2000_lossy
};

std::string uid_of(Syntax s);

/// A CT series. Voxel (i, j, k) lies at origin + i*spacing_i*row + j*spacing_j*column + positions_mm[k]*normal + k*shear_mm.
struct CtSpec {
  int columns = 24;
  int rows = 20;
  int slices = 8;
  double spacing_i_mm = 0.8;
  double spacing_j_mm = 0.7;  ///< written first in Pixel Spacing
  double spacing_k_mm = 2.5;
  Eigen::Vector3d origin_mm{-10.0, -20.0, 30.0};
  Eigen::Vector3d row_direction = Eigen::Vector3d::UnitX();
  Eigen::Vector3d column_direction = Eigen::Vector3d::UnitY();
  std::vector<double> positions_mm;                           ///< along the normal, instead of k * spacing_k_mm
  Eigen::Vector3d shear_mm_per_mm = Eigen::Vector3d::Zero();  ///< displacement for each mm along the normal (gantry tilt)
  std::optional<double> thickness_mm;                         ///< written as Slice Thickness; default spacing_k_mm; negative: absent

  int bits_allocated = 16;
  int bits_stored = 12;
  bool is_signed = false;
  double slope = 1.0;
  double intercept = -1024.0;
  std::function<std::pair<double, double>(int slice)> rescale;  ///< slope and intercept by slice
  /// HU at a point (LPS); default: a smooth function that differs everywhere, so that any mix-up shows.
  std::function<double(const Eigen::Vector3d&)> hu;

  Syntax syntax = Syntax::explicit_le;
  bool meta_header = true;  ///< false: data set alone, no preamble
  std::string patient_id = "P1";
  std::string patient_name = "Test^Patient";
  std::string character_set;  ///< empty: absent
  std::string study_uid = "1.2.3.1";
  std::string series_uid = "1.2.3.2";
  std::string frame_uid = "1.2.3.3";
  std::string sop_prefix = "1.2.3.4";
  std::string modality = "CT";
  std::string study_date = "20250301";
  std::string description = "ABD 2.5";
  std::string kernel = "B30f";
  std::string image_type = "ORIGINAL\\PRIMARY\\AXIAL";
  std::string patient_position = "HFS";
  std::string file_prefix = "IM";
  /// Last change to each data set before it is written.
  std::function<void(DcmDataset&, int slice)> edit;
  /// Changes to the encoded file's bytes after it was written.
  std::function<void(std::string& bytes, int slice)> spoil;

  Eigen::Vector3d position_of(int i, int j, int k) const;
  double normal_position_mm(int k) const;
};

/// The default content: distinct at every voxel, between about -900 and 2100 HU.
double smooth_hu(const Eigen::Vector3d& p);

/// Writes one file a slice into `folder` (made if absent); the paths in slice order. File names count against the slice order, instance
/// numbers are shuffled: neither is to be relied on.
std::vector<std::string> write_ct(const std::filesystem::path& folder, const CtSpec& spec);

/// One enhanced multi-frame CT object with per-frame functional groups; frames in scrambled order.
std::string write_enhanced_ct(const std::filesystem::path& file, const CtSpec& spec);

/// Writes a data set to a file.
void save(DcmDataset& dataset, const std::filesystem::path& file, Syntax syntax = Syntax::explicit_le, bool meta_header = true);

std::string read_bytes(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);

}  // namespace seedaudit::test
