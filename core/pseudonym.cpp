// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/pseudonym.h"

#include <array>

#include "core/sha256.h"

namespace seedaudit {
namespace {

constexpr std::size_t kBlock = 64;  // bytes of a SHA-256 block

std::string bytes_of(const std::array<std::uint8_t, 32>& digest) { return {digest.begin(), digest.end()}; }

std::string digest_of(std::string_view a, std::string_view b) {
  Sha256 hash;
  hash.add(a);
  hash.add(b);
  return bytes_of(hash.digest());
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string block = key.size() > kBlock ? digest_of(key, {}) : std::string(key);
  block.resize(kBlock, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  Sha256 hash;
  hash.add(outer);
  hash.add(digest_of(inner, message));
  return hash.hexadecimal();
}

std::string keyed_uid(std::string_view key, std::string_view uid) {
  if (uid.empty() || uid.starts_with("1.2.840.10008.")) return std::string(uid);
  const std::string hex = hmac_sha256(key, "uid:" + std::string(uid)).substr(0, 32);
  std::string decimal;  // least significant digit first
  for (const char c : hex) {
    int carry = c <= '9' ? c - '0' : c - 'a' + 10;
    for (char& d : decimal) {
      const int v = (d - '0') * 16 + carry;
      d = static_cast<char>('0' + v % 10);
      carry = v / 10;
    }
    for (; carry > 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
  }
  if (decimal.empty()) decimal = "0";
  return "2.25." + std::string(decimal.rbegin(), decimal.rend());
}

std::string pseudonym_of(std::string_view key, std::string_view patient_id) {
  return patient_id.empty() ? std::string() : "P-" + hmac_sha256(key, patient_id).substr(0, 16);
}

}  // namespace seedaudit
