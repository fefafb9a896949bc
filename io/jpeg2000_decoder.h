// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "io/pixel_decoder.h"

namespace seedaudit {

/// One JPEG 2000 code stream (or JP2 file) to little-endian words. `bits_allocated` becomes the width of those words.
/// Errors: unreadable_file (without a path: the caller knows it).
Result<std::vector<std::uint8_t>> decode_jpeg2000(const std::vector<std::uint8_t>& stream, const PixelFormat& format, int& bits_allocated);

}  // namespace seedaudit
