// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/pairs_apart.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace seedaudit {
namespace {

// Seeds of neighbouring needles lie 5 to 10 mm apart; a clip is where a surgeon worked.
constexpr double kApartMm = 15.0;
constexpr double kMostConfidence = 0.6;

}  // namespace

void doubt_pairs_apart(std::vector<DetectedSeed>& seeds, const DetectorOptions& options) {
  const auto apart_mm = [&](std::size_t a, std::size_t b) { return (seeds[a].pose.center.mm - seeds[b].pose.center.mm).norm(); };
  for (std::size_t a = 0; a < seeds.size(); ++a)
    for (std::size_t b = a + 1; b < seeds.size(); ++b) {
      // Farther from each other they may be a piece of a needle.
      if (apart_mm(a, b) >= options.core_length()) continue;
      std::vector<std::size_t> near, knot{a, b};
      for (std::size_t c = 0; c < seeds.size(); ++c)
        if (c != a && c != b && std::min(apart_mm(a, c), apart_mm(b, c)) < kApartMm) near.push_back(c);
      // What touches both may be the bow between the legs.
      if (near.size() == 1 && std::min(apart_mm(a, near[0]), apart_mm(b, near[0])) < options.capsule_length_mm) knot.push_back(near[0]);
      if (knot.size() - 2 != near.size()) continue;
      // The third must be as far from the rest.
      const bool apart = std::all_of(near.begin(), near.end(), [&](std::size_t c) {
        for (std::size_t o = 0; o < seeds.size(); ++o)
          if (o != a && o != b && o != c && apart_mm(c, o) < kApartMm) return false;
        return true;
      });
      if (!apart) continue;
      for (const auto n : knot) seeds[n].confidence = std::min(seeds[n].confidence, kMostConfidence);
    }
}

}  // namespace seedaudit
