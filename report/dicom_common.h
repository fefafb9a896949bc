// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"

/// What every DICOM writer of this folder needs: who, when, and stable identifiers. Writers never invent a date or a random number: the
/// same values give the same bytes.
namespace seedaudit {

/// Written to the Patient module. All text is UTF-8 (Specific Character Set ISO_IR 192).
struct DicomPatient {
  std::string id;
  std::string name;        ///< "Family^Given"
  std::string birth_date;  ///< DICOM DA "YYYYMMDD" or empty
  std::string sex;         ///< "M", "F", "O" or empty
  bool identity_removed = false;
};

/// Written to the General Study, Series, Frame of Reference and Equipment modules. An empty UID is derived from the content by stable_uid.
struct DicomHeader {
  DicomPatient patient;
  std::string study_instance_uid;
  std::string study_id;
  std::string study_description;
  std::string accession_number;
  DateTime study_date;                   ///< also Series, Content and Acquisition Date
  std::optional<DateTime> content_date;  ///< when the object was made, if not the study date
  std::string series_instance_uid;
  int series_number = 1;
  std::string series_description;
  std::string frame_of_reference_uid;
  std::string manufacturer = "seedaudit";
  std::string model_name = "seedaudit";
  std::string software_version;
  std::string institution;
  std::string body_part;  ///< CS, e.g. "ABDOMEN"; empty: left out
};

/// One written object.
struct WrittenInstance {
  std::string sop_class_uid;
  std::string sop_instance_uid;
  std::string path;
};

/// A written image series: what RTSTRUCT and RTDOSE refer to. `slices[k]` is slice k of the grid.
struct WrittenSeries {
  std::string study_instance_uid;
  std::string series_instance_uid;
  std::string frame_of_reference_uid;
  std::vector<WrittenInstance> slices;
  /// false: `slices` are the images of the series in whatever order and number; contours then name no single image.
  bool slices_match_grid = true;
};

/// A UID under 2.25 (a 128 bit number as decimal, ISO/IEC 9834-8) that depends on nothing but the parts and their order: SHA-256 of the
/// parts, truncated. Same inputs, same UID.
std::string stable_uid(const std::vector<std::string_view>& parts);

/// DICOM Decimal String: the shortest text of at most 16 characters nearest to the value. Finite values only.
std::string decimal_string(double value);

}  // namespace seedaudit
