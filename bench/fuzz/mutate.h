// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace seedaudit::bench {

/// A small generator of its own (splitmix64), so that an input is the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 .. n-1; n > 0
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

 private:
  std::uint64_t state_;
};

/// One to eight changes of `original`: bytes flipped, numbers and lengths made extreme, pieces lost, doubled, moved or taken from `other`,
/// nesting, cut ends. \param text prefers what breaks text (JSON, CSV), else what breaks binary tags and lengths
std::string mutated(const std::string& original, const std::string& other, bool text, Dice& dice);

}  // namespace seedaudit::bench
