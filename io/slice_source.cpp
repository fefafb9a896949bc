// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/slice_source.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "io/dicom_dataset.h"

namespace seedaudit {
namespace {

constexpr Tag kSlope{0x0028, 0x1053}, kIntercept{0x0028, 0x1052}, kRescaleType{0x0028, 0x1054};
constexpr Tag kSharedGroups{0x5200, 0x9229}, kFrameGroups{0x5200, 0x9230};

Status read_rescale(DcmItem& item, SliceSource& s) {
  const auto slope = number_of(item, kSlope), intercept = number_of(item, kIntercept);
  if (!slope && !intercept) return ok_status();
  s.slope = slope.value_or(1.0);
  s.intercept = intercept.value_or(0.0);
  s.rescale_stated = true;
  s.rescale_type = value_of(item, kRescaleType);
  if (s.slope == 0.0) return Error{ErrorCode::unreadable_file, "Rescale Slope is 0", s.path, "Export the original series."};
  return ok_status();
}

/// Functional groups of a frame: shared ones first, then the frame's own.
Status read_groups(DcmItem& group, SliceSource& s) {
  for (DcmItem* m : items_of(group, {0x0020, 0x9113})) read_placement(*m, s.placement);
  for (DcmItem* m : items_of(group, {0x0020, 0x9116})) read_placement(*m, s.placement);
  for (DcmItem* m : items_of(group, {0x0028, 0x9110})) {
    read_placement(*m, s.placement);
    if (const auto t = number_of(*m, {0x0018, 0x0050}); t && *t > 0.0) s.thickness_mm = t;
  }
  for (DcmItem* m : items_of(group, {0x0028, 0x9145}))
    if (auto read = read_rescale(*m, s); !read) return read;
  return ok_status();
}

void read_padding(DcmItem& d, SliceSource& s) {
  const auto value = integer_of(d, {0x0028, 0x0120});
  if (!value) return;
  std::int64_t low = *value, high = integer_of(d, {0x0028, 0x0121}).value_or(*value);
  // The element may have been written with the other signedness than the pixels.
  const auto as_pixels = [&s](std::int64_t v) { return s.format.is_signed && v > 32767 ? v - 65536 : v; };
  low = as_pixels(low);
  high = as_pixels(high);
  s.padding = std::minmax(low, high);
}

Error no_placement(const SliceSource& s) {
  return {ErrorCode::inconsistent_geometry, "no usable Image Position, Image Orientation or Pixel Spacing", s.name(),
          "Export the original series."};
}

bool placed(const ImagePlacement& p) { return p.position_mm && p.row_direction && p.column_direction && p.spacing_i_mm && p.spacing_j_mm; }

}  // namespace

Result<std::vector<SliceSource>> slices_of(const IndexedObject& object) {
  if (object.kind != ObjectKind::ct && object.kind != ObjectKind::mr)
    return Error{ErrorCode::wrong_modality,
                 "not a CT or MR image but " + (object.modality.empty() ? "an object without modality" : object.modality), object.path,
                 "Give the original CT series."};
  if (object.damage) return *object.damage;
  auto layout = read_dicom_layout(object.path);
  if (!layout) return layout.error();
  if (!layout->has_value()) return Error{ErrorCode::unreadable_file, "not a DICOM file", object.path, "Was the file changed meanwhile?"};
  auto file = open_dicom(object.path, true);
  if (!file) return file.error();
  try {
    DcmDataset& d = *(*file)->getDataset();
    SliceSource first;
    first.path = object.path;
    first.sop_instance_uid = object.sop_instance_uid;
    first.layout = std::make_shared<const DicomLayout>(std::move(**layout));
    auto format = read_pixel_format(d, object.path);
    if (!format) return format.error();
    first.format = *format;
    first.placement = object.placement;
    first.thickness_mm = object.slice_thickness_mm;
    first.gantry_tilt_deg = number_of(d, {0x0018, 0x1120});
    if (auto read = read_rescale(d, first); !read) return read.error();
    if (!first.rescale_stated && !items_of(d, {0x0028, 0x3000}).empty())
      return Error{ErrorCode::unsupported_syntax, "HU are given by a Modality LUT", object.path,
                   "Export with Rescale Slope and Intercept."};
    read_padding(d, first);

    std::vector<SliceSource> out;
    const auto frames = items_of(d, kFrameGroups);
    if (first.format.frames == 1 && frames.empty()) {
      if (!placed(first.placement)) return no_placement(first);
      out.push_back(std::move(first));
      return out;
    }
    if (frames.size() != static_cast<std::size_t>(first.format.frames))
      return Error{ErrorCode::inconsistent_geometry, "a multi-frame image without a place for each frame", object.path,
                   "Export as one file a slice, or as Enhanced CT."};
    for (DcmItem* shared : items_of(d, kSharedGroups))
      if (auto read = read_groups(*shared, first); !read) return read.error();
    for (std::size_t k = 0; k < frames.size(); ++k) {
      SliceSource s = first;
      s.frame = static_cast<int>(k);
      s.placement.position_mm.reset();
      for (DcmItem* shared : items_of(d, kSharedGroups))
        for (DcmItem* m : items_of(*shared, {0x0020, 0x9113})) read_placement(*m, s.placement);
      if (auto read = read_groups(*frames[k], s); !read) return read.error();
      if (!placed(s.placement)) return no_placement(s);
      out.push_back(std::move(s));
    }
    return out;
  } catch (const std::exception& e) {
    return Error{ErrorCode::unreadable_file, std::string("DICOM parser: ") + e.what(), object.path, "Export the file again."};
  }
}

Result<SliceHu> read_hu(const SliceSource& s, std::int16_t outside) {
  auto decoded = decode_frame(s.path, *s.layout, s.format, s.frame);
  if (!decoded) return decoded.error();
  constexpr double kLow = std::numeric_limits<std::int16_t>::min(), kHigh = std::numeric_limits<std::int16_t>::max();
  SliceHu out;
  out.lossy = decoded->lossy;
  out.syntax_mismatch = decoded->syntax_mismatch;
  out.hu.resize(decoded->stored.size());
  // Padding is replaced only where its value could not be tissue: files exist whose declared padding is 0 HU, which is water.
  const auto hu_of = [&s](std::int64_t v) { return s.slope * static_cast<double>(v) + s.intercept; };
  const bool pads =
      s.padding && ((hu_of(s.padding->first) < -1024.0 && hu_of(s.padding->second) < -900.0) || hu_of(s.padding->first) > 4000.0);
  const std::int64_t pad_low = pads ? s.padding->first : 1, pad_high = pads ? s.padding->second : 0;
  for (std::size_t i = 0; i < out.hu.size(); ++i) {
    const std::int32_t v = decoded->stored[i];
    if (v >= pad_low && v <= pad_high) {
      out.hu[i] = outside;
      continue;
    }
    const double hu = std::floor(s.slope * v + s.intercept + 0.5);
    if (hu < kLow || hu > kHigh) {
      ++out.clamped;
      out.hu[i] = static_cast<std::int16_t>(hu < 0.0 ? kLow : kHigh);
    } else {
      out.hu[i] = static_cast<std::int16_t>(hu);
    }
  }
  return out;
}

}  // namespace seedaudit
