// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace seedaudit {

enum class Codestream { unknown, rle, jpeg_baseline, jpeg_extended, jpeg_progressive, jpeg_lossless, jpeg_ls, jpeg_2000 };

/// What a compressed frame is, by its own markers.
struct CodestreamInfo {
  Codestream kind = Codestream::unknown;
  int rows = 0;
  int columns = 0;  ///< 0: the stream does not say (RLE)
  int precision = 0;
  int components = 1;
  bool lossy = false;
  bool complete = true;     ///< the end marker is there
  bool as_declared = true;  ///< it is what the transfer syntax says
};

/// Reads the markers of JPEG (ITU-T T.81), JPEG-LS (T.87) and JPEG 2000 (T.800) streams; RLE has no signature and is taken as declared.
CodestreamInfo inspect_codestream(const std::vector<std::uint8_t>& stream, const std::string& transfer_syntax_uid);

}  // namespace seedaudit
