// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_header.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "io/dicom_dataset.h"
#include "io/dicom_layout.h"
#include "io/dicom_tags.h"

namespace seedaudit {
namespace {

ObjectKind kind_of(const std::string& sop_class, const std::string& modality, bool pixels) {
  static const std::string kRoot = "1.2.840.10008.5.1.4.1.1.";
  const std::string leaf = sop_class.starts_with(kRoot) ? sop_class.substr(kRoot.size()) : std::string();
  if (leaf == "2" || leaf == "2.1" || leaf == "2.2") return ObjectKind::ct;
  if (leaf == "4" || leaf == "4.1" || leaf == "4.4") return ObjectKind::mr;
  if (leaf == "481.5") return ObjectKind::rt_plan;
  if (leaf == "481.3") return ObjectKind::rt_structures;
  if (leaf == "481.2") return ObjectKind::rt_dose;
  if (leaf == "481.4" || leaf == "481.6" || leaf == "481.7" || leaf == "481.9") return ObjectKind::treatment_record;
  if (leaf == "66.1" || leaf == "66.3") return ObjectKind::registration;
  if (leaf == "7") return ObjectKind::other_image;  // Secondary Capture: a screenshot even where it says CT
  // An unknown or missing SOP class: the modality decides.
  if (leaf.empty()) {
    if (modality == "CT" && pixels) return ObjectKind::ct;
    if (modality == "MR" && pixels) return ObjectKind::mr;
    if (modality == "RTPLAN") return ObjectKind::rt_plan;
    if (modality == "RTSTRUCT") return ObjectKind::rt_structures;
    if (modality == "RTDOSE") return ObjectKind::rt_dose;
    if (modality == "RTRECORD") return ObjectKind::treatment_record;
    if (modality == "REG") return ObjectKind::registration;
  }
  return pixels ? ObjectKind::other_image : ObjectKind::other;
}

/// Functional groups of an enhanced multi-frame image hold what the top level of a classic one does.
void read_first_frame(DcmItem& dataset, IndexedObject& o) {
  for (const Tag groups : {Tag{0x5200, 0x9229}, Tag{0x5200, 0x9230}}) {
    const auto items = items_of(dataset, groups);
    if (items.empty()) continue;
    for (const Tag macro : {Tag{0x0020, 0x9113}, Tag{0x0020, 0x9116}, Tag{0x0028, 0x9110}})
      for (DcmItem* m : items_of(*items.front(), macro)) {
        read_placement(*m, o.placement);
        if (const auto t = number_of(*m, {0x0018, 0x0050})) o.slice_thickness_mm = t;
      }
    for (DcmItem* m : items_of(*items.front(), {0x0018, 0x9314}))
      if (o.kernel.empty()) o.kernel = value_of(*m, {0x0018, 0x1210});
  }
}

void collect_unique(std::vector<std::string>& to, const std::string& uid) {
  if (!uid.empty() && std::find(to.begin(), to.end(), uid) == to.end()) to.push_back(uid);
}

void read_references(DcmItem& d, IndexedObject& o) {
  for (DcmItem* s : items_of(d, {0x300C, 0x0060})) o.referenced_structure_set_uid = value_of(*s, {0x0008, 0x1155});
  for (DcmItem* p : items_of(d, {0x300C, 0x0002})) o.referenced_plan_uid = value_of(*p, {0x0008, 0x1155});
  for (DcmItem* s : items_of(d, {0x0008, 0x1115})) collect_unique(o.referenced_series_uids, value_of(*s, {0x0020, 0x000E}));
  std::vector<std::string> images;
  for (DcmItem* frame : items_of(d, {0x3006, 0x0010})) {
    collect_unique(o.referenced_frame_of_ref_uids, value_of(*frame, {0x0020, 0x0052}));
    for (DcmItem* study : items_of(*frame, {0x3006, 0x0012}))
      for (DcmItem* series : items_of(*study, {0x3006, 0x0014})) {
        collect_unique(o.referenced_series_uids, value_of(*series, {0x0020, 0x000E}));
        for (DcmItem* image : items_of(*series, {0x3006, 0x0016})) images.push_back(value_of(*image, {0x0008, 0x1155}));
      }
  }
  for (DcmItem* roi : items_of(d, {0x3006, 0x0020})) collect_unique(o.referenced_frame_of_ref_uids, value_of(*roi, {0x3006, 0x0024}));
  if (o.kind == ObjectKind::rt_structures && images.empty())
    for (DcmItem* roi : items_of(d, {0x3006, 0x0039}))
      for (DcmItem* contour : items_of(*roi, {0x3006, 0x0040}))
        for (DcmItem* image : items_of(*contour, {0x3006, 0x0016})) images.push_back(value_of(*image, {0x0008, 0x1155}));
  std::sort(images.begin(), images.end());
  images.erase(std::unique(images.begin(), images.end()), images.end());
  images.erase(std::remove(images.begin(), images.end(), std::string()), images.end());
  o.referenced_image_uids = std::move(images);
  if (o.kind == ObjectKind::registration)
    for (DcmItem* r : items_of(d, {0x0070, 0x0308})) collect_unique(o.referenced_frame_of_ref_uids, value_of(*r, {0x0020, 0x0052}));
}

void read_dates(DcmItem& d, IndexedObject& o) {
  o.study_date = date_of(d, {0x0008, 0x0020}, {0x0008, 0x0030});
  o.series_date = date_of(d, {0x0008, 0x0021}, {0x0008, 0x0031});
  o.acquisition_date = date_of(d, {0x0008, 0x0022}, {0x0008, 0x0032});
  if (!o.acquisition_date) {
    // Acquisition DateTime "YYYYMMDDHHMMSS.f&ZZXX" instead of the pair.
    const std::string dt = value_of(d, {0x0008, 0x002A});
    if (dt.size() >= 8)
      if (const auto day = parse_date(dt.substr(0, 8)))
        o.acquisition_date = DateTime{*day, dt.size() >= 14 ? parse_time(dt.substr(8, 6)) : std::nullopt};
  }
  switch (o.kind) {
    case ObjectKind::rt_plan:
      o.object_date = date_of(d, {0x300A, 0x0006}, {0x300A, 0x0007});
      break;
    case ObjectKind::rt_structures:
      o.object_date = date_of(d, {0x3006, 0x0008}, {0x3006, 0x0009});
      break;
    case ObjectKind::treatment_record:
      o.object_date = date_of(d, {0x3008, 0x0250}, {0x3008, 0x0251});
      break;
    default:
      o.object_date = date_of(d, {0x0008, 0x0023}, {0x0008, 0x0033});
  }
  if (!o.object_date) o.object_date = date_of(d, {0x0008, 0x0012}, {0x0008, 0x0013});
}

void read_text(DcmItem& d, IndexedObject& o) {
  const TextDecoder text(d);
  o.patient_name = text.text(d, {0x0010, 0x0010});
  o.patient_id = text.text(d, {0x0010, 0x0020});
  o.manufacturer = text.text(d, {0x0008, 0x0070});
  o.study_description = text.text(d, {0x0008, 0x1030});
  o.series_description = text.text(d, {0x0008, 0x103E});
  o.protocol_name = text.text(d, {0x0018, 0x1030});
  for (const auto& k : values_of(d, {0x0018, 0x1210})) o.kernel += (o.kernel.empty() ? "" : "\\") + k;
  o.kernel = text.decode(o.kernel);
  o.label = o.kind == ObjectKind::rt_plan         ? text.text(d, {0x300A, 0x0002})
            : o.kind == ObjectKind::rt_structures ? text.text(d, {0x3006, 0x0002})
                                                  : std::string();
}

/// Uncompressed pixels shorter than the image they should fill.
std::optional<Error> short_pixels(DcmItem& d, const IndexedObject& o, const DicomLayout& l) {
  if (!l.pixel_data || l.encapsulated || o.placement.rows <= 0 || o.placement.columns <= 0) return std::nullopt;
  const int allocated = integer_of(d, {0x0028, 0x0100}).value_or(16);
  const double needed =
      static_cast<double>(o.placement.rows) * o.placement.columns * o.placement.frames * o.samples_per_pixel * allocated / 8.0;
  if (!(static_cast<double>(l.native.length) < needed)) return std::nullopt;
  return Error{ErrorCode::truncated_file,
               "pixel data hold " + std::to_string(l.native.length) + " bytes, the image needs " +
                   std::to_string(static_cast<std::uint64_t>(needed)),
               o.path, "Export or copy the file again."};
}

}  // namespace

HeaderScan scan_header(const std::string& path) {
  HeaderScan scan;
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  if (!ec && size == 0) {
    scan.ignored = "empty file";
    return scan;
  }
  auto layout = read_dicom_layout(path);
  if (!layout) {
    scan.error = layout.error();
    return scan;
  }
  if (!layout->has_value()) {
    scan.ignored = "not DICOM";
    return scan;
  }
  const DicomLayout& l = **layout;
  if (l.truncated) scan.error = *l.truncated;
  if (l.truncated && !l.pixel_data) return scan;
  auto file = open_dicom(path, true);
  if (!file) {
    scan.error = file.error();
    return scan;
  }
  try {
    DcmDataset& d = *(*file)->getDataset();
    IndexedObject o;
    o.path = path;
    o.file_size = l.file_size;
    o.transfer_syntax_uid = l.transfer_syntax_uid;
    o.sop_class_uid = value_of(d, kSopClassUid);
    if (o.sop_class_uid.empty() && (*file)->getMetaInfo() != nullptr) o.sop_class_uid = value_of(*(*file)->getMetaInfo(), {0x0002, 0x0002});
    if (o.sop_class_uid == "1.2.840.10008.1.3.10") {
      scan.ignored = "DICOMDIR";
      scan.error.reset();
      return scan;
    }
    o.sop_instance_uid = value_of(d, kSopInstanceUid);
    o.modality = value_of(d, kModality);
    const bool rows_known = integer_of(d, {0x0028, 0x0010}).value_or(0) > 0;
    o.kind = kind_of(o.sop_class_uid, o.modality, l.pixel_data || rows_known);
    if ((o.kind == ObjectKind::ct || o.kind == ObjectKind::mr) && !l.pixel_data && !l.deflated) {
      // Cut between two elements a file looks whole, but an image without pixels is none.
      scan.error = Error{ErrorCode::truncated_file, "an image without pixel data", path, "Export or copy the file again."};
      return scan;
    }
    o.study_instance_uid = value_of(d, {0x0020, 0x000D});
    o.series_instance_uid = value_of(d, {0x0020, 0x000E});
    read_text(d, o);
    read_dates(d, o);
    o.image_type = values_of(d, {0x0008, 0x0008});
    o.patient_position = value_of(d, {0x0018, 0x5100});
    o.series_number = integer_of(d, {0x0020, 0x0011});
    o.acquisition_number = integer_of(d, {0x0020, 0x0012});
    o.instance_number = integer_of(d, {0x0020, 0x0013});
    o.temporal_position = integer_of(d, {0x0020, 0x0100});
    o.echo_number = integer_of(d, {0x0018, 0x0086});
    o.slice_thickness_mm = number_of(d, {0x0018, 0x0050});
    if (o.slice_thickness_mm && !(*o.slice_thickness_mm > 0.0)) o.slice_thickness_mm.reset();
    o.kvp = number_of(d, {0x0018, 0x0060});
    o.placement.rows = std::max(0, integer_of(d, {0x0028, 0x0010}).value_or(0));
    o.placement.columns = std::max(0, integer_of(d, {0x0028, 0x0011}).value_or(0));
    o.placement.frames = std::max(1, integer_of(d, {0x0028, 0x0008}).value_or(1));
    o.samples_per_pixel = integer_of(d, {0x0028, 0x0002}).value_or(1);
    o.bits_allocated = integer_of(d, {0x0028, 0x0100}).value_or(0);
    read_placement(d, o.placement);
    if (o.placement.frames > 1) read_first_frame(d, o);
    o.lossy_compressed = value_of(d, {0x0028, 0x2110}) == "01";
    o.frame_of_reference_uid = value_of(d, {0x0020, 0x0052});
    read_references(d, o);
    if (o.frame_of_reference_uid.empty() && o.kind == ObjectKind::rt_structures && !o.referenced_frame_of_ref_uids.empty())
      o.frame_of_reference_uid = o.referenced_frame_of_ref_uids.front();
    if (!scan.error) scan.error = short_pixels(d, o, l);
    o.damage = scan.error;
    scan.object = std::move(o);
  } catch (const std::exception& e) {
    scan.object.reset();
    scan.error = Error{ErrorCode::unreadable_file, std::string("DICOM parser: ") + e.what(), path, "Export the file again."};
  }
  return scan;
}

}  // namespace seedaudit
