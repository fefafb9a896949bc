// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_common.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "core/sha256.h"

namespace seedaudit {
namespace {

constexpr std::size_t kDecimalStringLength = 16;

/// 128 bits, big-endian, as decimal digits: schoolbook division by ten.
std::string decimal_of(std::array<std::uint8_t, 16> bytes) {
  std::string digits;
  bool zero = false;
  while (!zero) {
    unsigned remainder = 0;
    zero = true;
    for (auto& b : bytes) {
      const unsigned value = remainder * 256 + b;
      b = static_cast<std::uint8_t>(value / 10);
      remainder = value % 10;
      if (b != 0) zero = false;
    }
    digits.push_back(static_cast<char>('0' + remainder));
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

std::string stable_uid(const std::vector<std::string_view>& parts) {
  Sha256 hash;
  for (const auto part : parts) hash.add_part(part);
  const auto digest = hash.digest();
  std::array<std::uint8_t, 16> uuid{};
  std::copy_n(digest.begin(), uuid.size(), uuid.begin());
  // Version 8 (custom) and the RFC variant: a UID under 2.25 shall be that of a UUID.
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0FU) | 0x80U);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3FU) | 0x80U);
  return "2.25." + decimal_of(uuid);
}

std::string decimal_string(double value) {
  if (value == 0.0) return "0";  // also -0
  std::array<char, 64> buffer{};
  const auto shortest = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), shortest.ptr);
  for (int precision = 16; text.size() > kDecimalStringLength && precision > 0; --precision) {
    const auto r = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, precision);
    text.assign(buffer.data(), r.ptr);
  }
  return text;
}

}  // namespace seedaudit
