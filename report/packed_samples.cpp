// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/packed_samples.h"

#include <zlib.h>

#include <cstddef>
#include <string_view>

namespace seedaudit {
namespace {

constexpr int kLevel = 6;

std::string base64(const std::vector<unsigned char>& bytes) {
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t n = 0; n < bytes.size(); n += 3) {
    const std::size_t left = bytes.size() - n;
    const std::uint32_t b = (static_cast<std::uint32_t>(bytes[n]) << 16U) |
                            (left > 1 ? static_cast<std::uint32_t>(bytes[n + 1]) << 8U : 0U) |
                            (left > 2 ? static_cast<std::uint32_t>(bytes[n + 2]) : 0U);
    out += kLetters[(b >> 18U) & 63U];
    out += kLetters[(b >> 12U) & 63U];
    out += left > 1 ? kLetters[(b >> 6U) & 63U] : '=';
    out += left > 2 ? kLetters[b & 63U] : '=';
  }
  return out;
}

}  // namespace

Result<std::string> packed_samples(const std::vector<std::uint16_t>& samples, std::size_t row) {
  if (samples.empty() || row == 0 || samples.size() % row != 0)
    return Error{ErrorCode::invalid_option, "an image of no whole rows cannot be packed", "", ""};
  std::vector<unsigned char> planes(2 * samples.size());
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const int before = n % row == 0 ? 0 : samples[n - 1];
    // Modulo 2^16, taken as -32768..32767, folded so that small differences of either sign have an empty high byte.
    const int wrapped = static_cast<std::int16_t>(static_cast<std::uint16_t>(samples[n] - before));
    const auto folded = static_cast<std::uint16_t>(wrapped >= 0 ? 2 * wrapped : -2 * wrapped - 1);
    planes[n] = static_cast<unsigned char>(folded & 255U);
    planes[samples.size() + n] = static_cast<unsigned char>(folded >> 8U);
  }
  uLongf size = compressBound(static_cast<uLong>(planes.size()));
  std::vector<unsigned char> packed(size);
  if (compress2(packed.data(), &size, planes.data(), static_cast<uLong>(planes.size()), kLevel) != Z_OK)
    return Error{ErrorCode::internal, "an image could not be compressed", "", ""};
  packed.resize(size);
  return base64(packed);
}

}  // namespace seedaudit
