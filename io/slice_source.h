// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "io/dicom_index.h"
#include "io/dicom_layout.h"
#include "io/pixel_decoder.h"

namespace seedaudit {

/// One slice before decoding: where it lies, where its pixels are, and how they become HU.
struct SliceSource {
  std::string path;
  std::string sop_instance_uid;
  int frame = 0;  ///< 0-based, of a multi-frame object
  std::shared_ptr<const DicomLayout> layout;
  PixelFormat format;
  ImagePlacement placement;
  std::optional<double> thickness_mm;
  std::optional<double> gantry_tilt_deg;  ///< as stated; where slices lie is told by their positions alone
  double slope = 1.0;
  double intercept = 0.0;
  bool rescale_stated = false;
  std::string rescale_type;
  /// Stored values that mean "outside the field of view" (Pixel Padding Value and its range limit), low to high.
  std::optional<std::pair<std::int64_t, std::int64_t>> padding;

  std::string name() const { return format.frames > 1 ? path + " frame " + std::to_string(frame + 1) : path; }
};

/// The slices of one object: one of a classic image, one a frame of an enhanced multi-frame image.
/// Errors: the object's own damage, those of reading, wrong_modality (no CT or MR, colour), unsupported_syntax (Modality LUT),
/// inconsistent_geometry (no position, orientation or pixel spacing).
Result<std::vector<SliceSource>> slices_of(const IndexedObject& object);

struct SliceHu {
  std::vector<std::int16_t> hu;
  std::size_t clamped = 0;  ///< voxels beyond 16 bit
  bool lossy = false;
  bool syntax_mismatch = false;
};

/// Decodes and rescales one slice; rounded to the nearest integer. Padding becomes `outside`.
Result<SliceHu> read_hu(const SliceSource& slice, std::int16_t outside);

}  // namespace seedaudit
