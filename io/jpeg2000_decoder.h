// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// One JPEG 2000 code stream (or JP2 file) of a single component, row by row, as the stream codes it: signed or unsigned by its own header.
/// Errors: unreadable_file (without a path: the caller knows it).
Result<std::vector<std::int32_t>> decode_jpeg2000(const std::vector<std::uint8_t>& stream, int rows, int columns);

}  // namespace seedaudit
