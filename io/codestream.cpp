// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/codestream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace seedaudit {
namespace {

using Bytes = std::vector<std::uint8_t>;

int u16(const Bytes& b, std::size_t at) { return at + 2 <= b.size() ? b[at] << 8 | b[at + 1] : 0; }
int u32(const Bytes& b, std::size_t at) {
  return at + 4 <= b.size()
             ? static_cast<int>((static_cast<unsigned>(u16(b, at)) << 16 | static_cast<unsigned>(u16(b, at + 2))) & 0x7FFFFFFFU)
             : 0;
}

/// The last marker; a few padding bytes may follow it.
bool ends_with(const Bytes& b, std::uint8_t marker) {
  const std::size_t from = b.size() > 64 ? b.size() - 64 : 0;
  for (std::size_t i = b.size(); i-- > from + 1;)
    if (b[i] == marker && b[i - 1] == 0xFF) return true;
  return false;
}

void inspect_jpeg(const Bytes& b, CodestreamInfo& info) {
  std::size_t at = 2;
  while (at + 4 <= b.size()) {
    if (b[at] != 0xFF) return;
    const std::uint8_t marker = b[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const std::size_t body = at + 4;
    const bool frame_header = (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
    if (frame_header && body + 6 <= b.size()) {
      info.precision = b[body];
      info.rows = u16(b, body + 1);
      info.columns = u16(b, body + 3);
      info.components = b[body + 5];
      switch (marker) {
        case 0xC0:
          info.kind = Codestream::jpeg_baseline;
          break;
        case 0xC1:
          info.kind = Codestream::jpeg_extended;
          break;
        case 0xC2:
          info.kind = Codestream::jpeg_progressive;
          break;
        case 0xC3:
          info.kind = Codestream::jpeg_lossless;
          break;
        case 0xF7:
          info.kind = Codestream::jpeg_ls;
          break;
        default:
          return;
      }
      info.lossy = marker == 0xC0 || marker == 0xC1 || marker == 0xC2;
    }
    if (marker == 0xDA) {
      // Start of scan: for JPEG-LS the byte after the component list is NEAR, the greatest error allowed (T.87 C.2.3).
      if (info.kind == Codestream::jpeg_ls && body < b.size()) {
        const std::size_t near = body + 1 + 2 * static_cast<std::size_t>(b[body]);
        info.lossy = near < b.size() && b[near] != 0;
      }
      return;
    }
    at += 2 + static_cast<std::size_t>(u16(b, at + 2));
  }
}

void inspect_jpeg2000(const Bytes& b, std::size_t start, CodestreamInfo& info) {
  info.kind = Codestream::jpeg_2000;
  std::size_t at = start + 2;
  while (at + 4 <= b.size() && b[at] == 0xFF) {
    const std::uint8_t marker = b[at + 1];
    const std::size_t body = at + 4;
    if (marker == 0x51) {  // SIZ: capabilities(2), then extents and offsets of the image
      info.columns = u32(b, body + 2) - u32(b, body + 10);
      info.rows = u32(b, body + 6) - u32(b, body + 14);
      info.components = u16(b, body + 34);
      if (body + 36 < b.size()) info.precision = (b[body + 36] & 0x7F) + 1;
    } else if (marker == 0x52) {  // COD: transformation 0 is the irreversible 9-7 wavelet
      if (body + 9 < b.size()) info.lossy = b[body + 9] == 0;
    } else if (marker == 0x90) {
      return;
    }
    at += 2 + static_cast<std::size_t>(u16(b, at + 2));
  }
}

Codestream declared(const std::string& uid) {
  static constexpr std::string_view kRoot = "1.2.840.10008.1.2.";
  if (!uid.starts_with(kRoot)) return Codestream::unknown;
  const std::string leaf = uid.substr(kRoot.size());
  if (leaf == "5") return Codestream::rle;
  if (leaf == "4.50") return Codestream::jpeg_baseline;
  if (leaf == "4.51") return Codestream::jpeg_extended;
  if (leaf == "4.55") return Codestream::jpeg_progressive;
  if (leaf == "4.57" || leaf == "4.70") return Codestream::jpeg_lossless;
  if (leaf == "4.80" || leaf == "4.81") return Codestream::jpeg_ls;
  if (leaf == "4.90" || leaf == "4.91") return Codestream::jpeg_2000;
  return Codestream::unknown;
}

}  // namespace

CodestreamInfo inspect_codestream(const Bytes& b, const std::string& transfer_syntax_uid) {
  static constexpr std::array<std::uint8_t, 8> kJp2{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20};
  static constexpr std::array<std::uint8_t, 4> kJ2k{0xFF, 0x4F, 0xFF, 0x51};
  const Codestream said = declared(transfer_syntax_uid);
  CodestreamInfo info;
  if (b.size() > 4 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF) {
    inspect_jpeg(b, info);
    info.complete = ends_with(b, 0xD9);
  } else if (b.size() > 4 && std::equal(kJ2k.begin(), kJ2k.end(), b.begin())) {
    inspect_jpeg2000(b, 0, info);
    info.complete = ends_with(b, 0xD9);
  } else if (b.size() > 8 && std::equal(kJp2.begin(), kJp2.end(), b.begin())) {
    const auto start = std::search(b.begin(), b.end(), kJ2k.begin(), kJ2k.end());
    if (start != b.end()) inspect_jpeg2000(b, static_cast<std::size_t>(start - b.begin()), info);
    info.complete = ends_with(b, 0xD9);
  } else if (said == Codestream::rle) {
    info.kind = Codestream::rle;
  }
  // Baseline, extended and progressive are one family: writers mix their names, and the decoder is the same.
  const auto lossy_jpeg = [](Codestream c) {
    return c == Codestream::jpeg_baseline || c == Codestream::jpeg_extended || c == Codestream::jpeg_progressive;
  };
  info.as_declared = info.kind == said || (lossy_jpeg(info.kind) && lossy_jpeg(said));
  return info;
}

}  // namespace seedaudit
