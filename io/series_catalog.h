// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/dicom_index.h"

/// Which image stacks an index holds: the candidates among which the case reader chooses pre-op and post-op.
namespace seedaudit {

/// One stack of parallel slices with one grid, one kernel, one phase. A DICOM series that mixes several is several of these, told apart
/// by `part`. Localizers are marked, not dropped, so that a caller can say why they were passed over.
struct SeriesInfo {
  ObjectKind kind = ObjectKind::ct;
  std::string modality;
  std::string patient_id, patient_name;
  std::string study_instance_uid, series_instance_uid;
  std::string frame_of_reference_uid;  ///< empty where absent, or where every slice bears another one (frame_per_slice)
  std::string description;             ///< series description, UTF-8
  std::string part;                    ///< what tells this stack from others of the same DICOM series; empty if it is alone
  std::optional<int> series_number;
  std::optional<DateTime> study_date, series_date, acquisition_date;
  std::vector<std::size_t> objects;  ///< into DicomIndex::objects, in the order of position along the normal
  int slices = 0;
  int columns = 0, rows = 0;
  double spacing_i_mm = 0.0, spacing_j_mm = 0.0;
  double slice_spacing_mm = 0.0;             ///< median centre distance along the normal; 0 for a single slice
  std::optional<double> slice_thickness_mm;  ///< as stated
  Eigen::Vector3d normal = Eigen::Vector3d::UnitZ();
  double low_mm = 0.0, high_mm = 0.0;      ///< slice centres along the normal
  double z_low_mm = 0.0, z_high_mm = 0.0;  ///< patient superior coordinate (LPS z) over the corners of the stack
  std::string kernel;
  std::vector<std::string> image_type;
  bool original = true;  ///< Image Type value 1 is not DERIVED and value 2 not SECONDARY
  bool localizer = false;
  bool metal_artefact_reduced = false;
  bool lossy_compressed = false;
  bool has_placement = false;  ///< position, orientation and spacing are present: it can be a volume
  std::string folder;          ///< folder of its first file
};

/// Stacks in order of (study, series, part); deterministic. Multi-frame objects are stacks of their own.
std::vector<SeriesInfo> catalog_series(const DicomIndex& index);

/// Direction cosines and spacings of one stack agree within the rounding of their decimals.
inline constexpr double kDirectionTolerance = 2e-3;
inline constexpr double kSpacingToleranceMm = 1e-3;

/// Image Type says that it is a scout view.
bool is_localizer(const IndexedObject& o);

/// Description, kernel or Image Type says so.
bool is_metal_artefact_reduced(const IndexedObject& o);

/// True where each slice of a series names a frame of reference of its own. A series has one by definition; some de-identification
/// replaces it slice by slice. The positions still belong together, but the identifier says nothing.
bool frame_per_slice(std::vector<std::string> frames);

/// True where the words of a description, kernel, or image type say that metal artefacts were reduced (MAR, OMAR, O-MAR, iMAR, SEMAR,
/// SmartMAR ...). Word by word, so that "Marrow" or "Primary" do not count.
bool names_metal_artefact_reduction(const std::string& text);

}  // namespace seedaudit
