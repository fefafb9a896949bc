// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// 16 bit samples as text for a page: differences to the sample before in the same row (zigzag: 0, -1, 1, -2, ...), low bytes of all, then
/// high bytes of all, deflated (zlib, RFC 1950), base64 (RFC 4648). Exact; the same samples give the same text. report/web/src/volume.js
/// reads it.
/// \param row samples a row, >= 1, a divisor of their number
/// Errors: invalid_option (no samples, rows that do not fit), internal.
Result<std::string> packed_samples(const std::vector<std::uint16_t>& samples, std::size_t row);

}  // namespace seedaudit
