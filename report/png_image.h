// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// 8 bit RGB, row by row from the top left.
struct RgbImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

/// The image as the bytes of a PNG file; no time stamp, so that the same picture is the same bytes. Errors: invalid_option (empty image),
/// internal.
Result<std::string> encode_png(const RgbImage& image);

}  // namespace seedaudit
