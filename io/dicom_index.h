// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/progress.h"
#include "core/result.h"

/// What lies below a folder, from headers alone: no pixel is read.
namespace seedaudit {

enum class ObjectKind { ct, mr, other_image, rt_plan, rt_structures, rt_dose, treatment_record, registration, other };
std::string_view to_string(ObjectKind kind);

/// Placement of one image, DICOM LPS in mm. An absent field is absent in the file; zero or non-finite values count as absent.
struct ImagePlacement {
  std::optional<Eigen::Vector3d> position_mm;       ///< Image Position (Patient): centre of the first voxel
  std::optional<Eigen::Vector3d> row_direction;     ///< Image Orientation values 1-3: the way the column index i grows
  std::optional<Eigen::Vector3d> column_direction;  ///< values 4-6: the way the row index j grows
  std::optional<double> spacing_i_mm;               ///< between columns: the SECOND value of Pixel Spacing
  std::optional<double> spacing_j_mm;               ///< between rows: the FIRST value of Pixel Spacing
  int columns = 0;
  int rows = 0;
  int frames = 1;
};

/// Header facts of one DICOM object. Strings are UTF-8 whatever the file's character set; an absent element is an empty string.
struct IndexedObject {
  std::string path;
  ObjectKind kind = ObjectKind::other;
  std::string sop_class_uid, sop_instance_uid;
  std::string study_instance_uid, series_instance_uid;
  std::string frame_of_reference_uid;  ///< own, or for RTSTRUCT the one it refers to
  std::string transfer_syntax_uid;
  std::string patient_id, patient_name;
  std::string modality, manufacturer;
  std::string study_description, series_description, protocol_name;
  std::string label;  ///< RT Plan Label or Structure Set Label
  std::vector<std::string> image_type;
  std::string kernel;
  std::string patient_position;
  std::optional<DateTime> study_date, series_date, acquisition_date;
  std::optional<DateTime> object_date;  ///< content, plan, structure set, or treatment date, by kind
  std::optional<int> series_number, acquisition_number, instance_number, temporal_position, echo_number;
  std::optional<double> slice_thickness_mm, kvp;
  ImagePlacement placement;
  int samples_per_pixel = 1;
  int bits_allocated = 0;
  bool lossy_compressed = false;

  std::string referenced_structure_set_uid;               ///< RTPLAN (300C,0060)
  std::string referenced_plan_uid;                        ///< RTDOSE, treatment record (300C,0002)
  std::vector<std::string> referenced_series_uids;        ///< RTSTRUCT: image series; also Referenced Series Sequence
  std::vector<std::string> referenced_image_uids;         ///< RTSTRUCT: SOP instances of its contour images
  std::vector<std::string> referenced_frame_of_ref_uids;  ///< RTSTRUCT, registration

  std::uintmax_t file_size = 0;
  /// Set where the header is whole but the pixel data are cut short: the object keeps its place, and reading it fails with this error.
  std::optional<Error> damage;
};

struct IgnoredFile {
  std::string path;
  std::string reason;  ///< "not DICOM", "empty file", "DICOMDIR", "link to nothing"
};

struct DicomIndex {
  std::string root;
  std::vector<IndexedObject> objects;  ///< in order of path, whatever the number of threads
  std::vector<IgnoredFile> ignored;    ///< no DICOM: no error
  std::vector<Error> unreadable;       ///< DICOM, but truncated or malformed (damaged objects as well): code, why and file
};

/// Reads the headers of every file below `path` (or of the one file `path`) in parallel. Names and extensions mean nothing; files without
/// preamble or meta header are recognised; a folder reached again through a link is read once, under its own name. Every declared length is
/// checked against the file's size before anything is allocated. Errors: path_not_found; empty_folder (no file at all). A folder without a
/// DICOM object is a valid, empty index.
Result<DicomIndex> index_folder(const std::filesystem::path& path, const Progress& progress = {});

/// What a path given by a person stands for: a folder as index_folder; one slice for the files of its series that lie in the same folder.
/// Files there that could not be read stay in `ignored` and `unreadable`: they may belong to the series.
Result<DicomIndex> index_named(const std::filesystem::path& path, const Progress& progress = {});

/// Refuses an index from which a slice may be missing without a trace: a damaged file whose header could not be read, or a file that is
/// empty or no DICOM although its name ends in .dcm or .ima. Damaged objects with a header are refused when their series is read.
/// Errors: truncated_file, unreadable_file, naming the file.
Status check_nothing_lost(const DicomIndex& index);

/// As index_folder for a list of files.
DicomIndex index_files(const std::vector<std::string>& paths, const Progress& progress = {});

}  // namespace seedaudit
