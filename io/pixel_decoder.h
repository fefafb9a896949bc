// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "io/dicom_layout.h"

class DcmItem;

namespace seedaudit {

/// The image pixel attributes that decoding needs. One sample a pixel; colour is refused by whoever fills this.
struct PixelFormat {
  int rows = 0;
  int columns = 0;
  int frames = 1;
  int bits_allocated = 16;
  int bits_stored = 16;
  int high_bit = 15;
  bool is_signed = false;

  /// The range of stored values, by Bits Stored and Pixel Representation.
  std::int64_t lowest() const { return is_signed ? -(std::int64_t{1} << (bits_stored - 1)) : 0; }
  std::int64_t highest() const { return (std::int64_t{1} << (is_signed ? bits_stored - 1 : bits_stored)) - 1; }
};

/// Reads the attributes and refuses what is no single-channel integer image of sane size.
/// Errors: wrong_modality (colour), unreadable_file (absent or contradictory attributes).
Result<PixelFormat> read_pixel_format(DcmItem& dataset, const std::string& path);

struct DecodedFrame {
  std::vector<std::int32_t> stored;  ///< row by row; unused bits removed, sign extended; not rescaled
  bool lossy = false;                ///< the code stream itself is lossy
  bool syntax_mismatch = false;      ///< the code stream is another one than the transfer syntax declares
};

/// Decodes one frame: uncompressed of either byte order, deflated, RLE, JPEG baseline, extended and lossless, JPEG-LS, JPEG 2000. The
/// decoder is chosen by the code stream's own signature, since files exist whose stream is not what their header declares.
/// Thread-safe. Errors: truncated_file, unreadable_file, unsupported_syntax, path_not_found.
Result<DecodedFrame> decode_frame(const std::string& path, const DicomLayout& layout, const PixelFormat& format, int frame);

}  // namespace seedaudit
