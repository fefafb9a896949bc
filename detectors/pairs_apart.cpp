// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/pairs_apart.h"

#include <algorithm>
#include <cstddef>

namespace seedaudit {
namespace {

// Seeds of neighbouring needles lie 5 to 10 mm apart; a clip is where a surgeon worked.
constexpr double kApartMm = 15.0;
constexpr double kMostConfidence = 0.6;

}  // namespace

void doubt_pairs_apart(std::vector<DetectedSeed>& seeds, const DetectorOptions& options) {
  const auto apart_mm = [&](std::size_t a, std::size_t b) { return (seeds[a].pose.center.mm - seeds[b].pose.center.mm).norm(); };
  const auto near_others = [&](std::size_t a, std::size_t b) {
    for (std::size_t c = 0; c < seeds.size(); ++c)
      if (c != a && c != b && std::min(apart_mm(a, c), apart_mm(b, c)) < kApartMm) return true;
    return false;
  };
  for (std::size_t a = 0; a < seeds.size(); ++a)
    for (std::size_t b = a + 1; b < seeds.size(); ++b) {
      // Farther from each other they may be a piece of a needle.
      if (apart_mm(a, b) >= options.core_length() || near_others(a, b)) continue;
      for (const auto n : {a, b}) seeds[n].confidence = std::min(seeds[n].confidence, kMostConfidence);
    }
}

}  // namespace seedaudit
