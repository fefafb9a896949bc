// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace seedaudit::bench {
namespace {

constexpr std::size_t kLargest = 1U << 20;  ///< growth ends here: a fuzzer of sizes would find the disk

/// A place, near the start more often than not: headers are there.
std::size_t place(const std::string& s, Dice& dice) {
  if (s.empty()) return 0;
  return dice.below(2) == 0 ? dice.below(std::min<std::size_t>(s.size(), 4096)) : dice.below(s.size());
}

void extreme_word(std::string& s, Dice& dice) {
  static constexpr std::array<std::uint32_t, 12> kWords{0,      1,      3,          0x7F,       0x80,       0xFF,
                                                        0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
  const std::size_t bytes = dice.below(2) == 0 ? 2 : 4;
  if (s.size() < bytes) return;
  const std::size_t at = std::min(place(s, dice), s.size() - bytes);
  const std::uint32_t w = kWords[dice.below(kWords.size())];
  std::memcpy(s.data() + at, &w, bytes);
}

void extreme_number(std::string& s, Dice& dice) {
  static constexpr std::array<std::string_view, 16> kNumbers{
      "0",    "-1",      "-0.0",       "1e308",  "1e-320", "1e999", "99999999999999999999",
      "nan",  "inf",     "2147483648", "-32769", "0x10",   "1,5",   "1.7976931348623157e308",
      "null", "16777217"};
  const std::size_t from = place(s, dice);
  const auto at = s.find_first_of("0123456789", from);
  if (at == std::string::npos) return;
  const auto end = s.find_first_not_of("0123456789.eE+-", at);
  s.replace(at, (end == std::string::npos ? s.size() : end) - at, kNumbers[dice.below(kNumbers.size())]);
}

void put_token(std::string& s, Dice& dice) {
  static const std::array<std::string, 20> kTokens{
      "{",        "}",       "[",    "]", "\"",       ":",       ",",   "\n", "\\", std::string(1, '\0'), "//", "../", "\xEF\xBB\xBF",
      "\xC0\x80", "\\u0000", "true", ";", "\xF5\x80", "\\ud800", "null"};
  s.insert(std::min(place(s, dice), s.size()), kTokens[dice.below(kTokens.size())]);
}

void nest(std::string& s, Dice& dice) {
  const std::size_t depth = 1U << dice.below(12);
  s.insert(std::min(place(s, dice), s.size()), std::string(depth, dice.below(2) == 0 ? '[' : '{'));
}

void change(std::string& s, const std::string& other, bool text, Dice& dice) {
  const std::size_t kind = dice.below(12);
  if (s.empty()) {
    s = other.substr(0, dice.below(other.size() + 1));
    return;
  }
  const std::size_t at = place(s, dice);
  const std::size_t length = std::min(s.size() - at, std::size_t{1} << dice.below(11));
  switch (kind) {
    case 0:
      s[at] = static_cast<char>(s[at] ^ static_cast<char>(1U << dice.below(8)));
      break;
    case 1:
      s[at] = static_cast<char>(dice.below(256));
      break;
    case 2:
      s.erase(at, length);
      break;
    case 3:
      s.insert(at, s.substr(at, length));
      break;
    case 4:
      if (!other.empty()) s.insert(at, other.substr(place(other, dice), length));
      break;
    case 5:
      if (!other.empty()) s.replace(at, length, other.substr(place(other, dice), length));
      break;
    case 6:
      if (dice.below(4) == 0) s.resize(at);
      break;
    case 7:
    case 8:
      text ? extreme_number(s, dice) : extreme_word(s, dice);
      break;
    case 9:
      text ? put_token(s, dice) : extreme_number(s, dice);
      break;
    case 10:
      text ? nest(s, dice) : extreme_word(s, dice);
      break;
    default:
      for (std::size_t i = at; i < at + length; ++i) s[i] = static_cast<char>(dice.below(256));
  }
  if (s.size() > kLargest) s.resize(kLargest);
}

}  // namespace

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

std::string mutated(const std::string& original, const std::string& other, bool text, Dice& dice) {
  std::string s = original;
  const std::size_t changes = 1 + dice.below(8);
  for (std::size_t i = 0; i < changes; ++i) change(s, other, text, dice);
  return s;
}

}  // namespace seedaudit::bench
