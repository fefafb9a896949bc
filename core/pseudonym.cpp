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

std::string pseudonym_of(std::string_view key, std::string_view patient_id) {
  return patient_id.empty() ? std::string() : "P-" + hmac_sha256(key, patient_id).substr(0, 16);
}

}  // namespace seedaudit
