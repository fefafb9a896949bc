// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/frames.h"
#include "core/grid.h"
#include "core/result.h"
#include "report/dicom_common.h"

class DcmItem;
class DcmTagKey;

/// Inside the DICOM writers only.
namespace seedaudit {

/// Puts values into one data set or sequence item; the first failure is kept for all items of the object.
class ItemWriter {
 public:
  ItemWriter(DcmItem& item, std::string& failure) : item_(&item), failure_(&failure) {}

  /// Any string VR. Empty is written as present without value (type 2). Text too long for its VR is cut at a character.
  void text(const DcmTagKey& tag, std::string_view value);
  /// Several values, e.g. Image Type.
  void texts(const DcmTagKey& tag, const std::vector<std::string>& values);
  void text_if(const DcmTagKey& tag, std::string_view value);  ///< left out when empty
  void integer(const DcmTagKey& tag, long value);
  void decimal(const DcmTagKey& tag, double value);
  void decimals(const DcmTagKey& tag, const std::vector<double>& values);
  void decimals(const DcmTagKey& tag, const Eigen::Vector3d& v) { decimals(tag, std::vector<double>{v[0], v[1], v[2]}); }
  void raw(const DcmTagKey& tag, const std::string& backslash_separated);
  void number(const DcmTagKey& tag, std::uint16_t value);
  void floats(const DcmTagKey& tag, const std::vector<float>& values);
  void doubles(const DcmTagKey& tag, const std::vector<double>& values);                ///< VR FD
  void unsigned_longs(const DcmTagKey& tag, const std::vector<std::uint32_t>& values);  ///< VR UL
  void words(const DcmTagKey& tag, const std::vector<std::uint16_t>& values);
  void date(const DcmTagKey& date_tag, const DcmTagKey& time_tag, const DateTime& when);
  void bytes(const DcmTagKey& tag, std::string_view value);  ///< VR OB, padded to even length
  void empty(const DcmTagKey& tag);                          ///< present without value or item (type 2)
  void tag_value(const DcmTagKey& tag, const DcmTagKey& value);
  ItemWriter add_item(const DcmTagKey& sequence);

 private:
  void keep(bool good, const DcmTagKey& tag);

  DcmItem* item_;
  std::string* failure_;
};

/// The identifiers of one object after the defaults of DicomHeader.
struct ObjectIdentity {
  std::string study_instance_uid;
  std::string series_instance_uid;
  std::string frame_of_reference_uid;
};

/// \param series_content distinguishes series whose header is the same
ObjectIdentity identify(const DicomHeader& header, std::string_view modality, std::string_view frame_of_reference_uid,
                        std::string_view series_content);

/// SOP Common, Patient, General Study, General Series or RT Series, Equipment, and Frame of Reference unless the object is a document.
void write_common(ItemWriter& item, const DicomHeader& header, const ObjectIdentity& identity, std::string_view modality,
                  std::string_view sop_class_uid, std::string_view sop_instance_uid, bool has_frame = true);

/// Image Plane values of a grid's slice: position of the first voxel, orientation, spacing.
template <class F>
void write_plane(ItemWriter& item, const GridGeometry<F>& grid, int slice);
extern template void write_plane(ItemWriter&, const GridGeometry<CtFrame>&, int);
extern template void write_plane(ItemWriter&, const GridGeometry<PlanFrame>&, int);

enum class DicomSyntax;

/// Builds an object and writes it atomically. `fill` gets the data set. Every DCMTK failure becomes output_unwritable or internal.
Status write_object(const std::filesystem::path& file, DicomSyntax syntax, const std::function<void(ItemWriter&)>& fill);

}  // namespace seedaudit
