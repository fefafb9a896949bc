// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

class DcmItem;

namespace seedaudit {

/// Stored values of a dose, before Dose Grid Scaling. Doses use all 32 unsigned bits, which images never do.
struct DosePixels {
  int columns = 0;
  int rows = 0;
  bool is_signed = false;
  std::vector<std::vector<std::uint32_t>> frames;  ///< row by row; the bits of a signed value where is_signed

  double value(std::size_t frame, std::size_t voxel) const {
    const std::uint32_t bits = frames[frame][voxel];
    return is_signed ? static_cast<double>(static_cast<std::int32_t>(bits)) : static_cast<double>(bits);
  }
};

/// 32 bits: uncompressed little endian, or deflated. Fewer: everything pixel_decoder decodes.
/// Errors: truncated_file, unreadable_file, unsupported_syntax, wrong_modality (colour).
Result<DosePixels> read_dose_pixels(DcmItem& header, const std::string& path);

}  // namespace seedaudit
