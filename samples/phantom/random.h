// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace seedaudit {

/// Random numbers by counter: value n of stream s of seed q depends on nothing else, so any order and any thread gives the same
/// (finaliser of SplitMix64: Steele, Lea and Flood 2014).
class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, std::uint64_t stream) : key_(mix(mix(seed + kGolden) ^ (stream * 0xD1B54A32D192ED03ULL + 1))) {}

  std::uint64_t bits(std::uint64_t n) const { return mix(key_ + (n + 1) * kGolden); }
  /// In (0, 1).
  double uniform(std::uint64_t n) const { return (static_cast<double>(bits(n) >> 11) + 0.5) * 0x1.0p-53; }
  /// Standard normal (Box and Muller 1958).
  double normal(std::uint64_t n) const {
    return std::sqrt(-2.0 * std::log(uniform(2 * n))) * std::cos(2.0 * std::numbers::pi * uniform(2 * n + 1));
  }

 private:
  static constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t key_;
};

/// A stream read in order, for building scenes.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : random_(seed, stream) {}
  double uniform() { return random_.uniform(next_++); }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double normal() {
    const double a = uniform();
    const double b = uniform();
    return std::sqrt(-2.0 * std::log(a)) * std::cos(2.0 * std::numbers::pi * b);
  }
  double normal(double mean, double sigma) { return mean + sigma * normal(); }
  int index(int n) { return static_cast<int>(uniform() * n) % n; }

 private:
  CounterRandom random_;
  std::uint64_t next_ = 0;
};

}  // namespace seedaudit
