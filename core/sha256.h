// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seedaudit {

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  void add(std::string_view bytes);
  /// Length first, so that ("ab","c") and ("a","bc") differ.
  void add_part(std::string_view bytes);
  std::array<std::uint8_t, 32> digest();  ///< ends the hash; call once
  std::string hexadecimal();              ///< ends the hash; call once

 private:
  void block(const std::uint8_t* p);

  std::array<std::uint32_t, 8> h_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU, 0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<std::uint8_t, 64> buffer_{};
  std::size_t used_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace seedaudit
