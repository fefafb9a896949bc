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
// Surgical clips are up to so long.
constexpr double kLongestClipMm = 8.0;
constexpr double kMostWhereNoneElse = 0.6;
// Beside an implant somewhere else: of 56 such seeds in 133 simulated implants 50 were pieces of clips, markers and coils. An implant is
// what holds so many times as many; a dose without a true pair would be far off where there are few others.
constexpr double kBesideAnImplant = 0.1;
constexpr std::size_t kImplantOverKnot = 3;
constexpr double kTouchMm = 2.5, kMostThatTouch = 0.7;

}  // namespace

void doubt_pairs_apart(std::vector<DetectedSeed>& seeds, bool others, const DetectorOptions& options) {
  const auto apart_mm = [&](std::size_t a, std::size_t b) { return (seeds[a].pose.center.mm - seeds[b].pose.center.mm).norm(); };
  std::vector<bool> seen(seeds.size(), false);
  std::vector<std::vector<std::size_t>> knots;
  std::size_t implant = seeds.size();  // seeds that are of no such knot
  for (std::size_t first = 0; first < seeds.size(); ++first) {
    if (seen[first]) continue;
    // Farther from each other than a core they may be a piece of a needle.
    std::vector<std::size_t> knot{first};
    seen[first] = true;
    for (std::size_t n = 0; n < knot.size(); ++n)
      for (std::size_t o = 0; o < seeds.size(); ++o)
        if (!seen[o] && apart_mm(knot[n], o) < options.core_length()) {
          seen[o] = true;
          knot.push_back(o);
        }
    if (knot.size() < 2) continue;
    const auto distance_mm = [&](std::size_t o) {
      double nearest = apart_mm(knot.front(), o);
      for (const auto n : knot) nearest = std::min(nearest, apart_mm(n, o));
      return nearest;
    };
    const auto is_of = [&](std::size_t o) { return std::find(knot.begin(), knot.end(), o) != knot.end(); };
    std::vector<std::size_t> near;
    for (std::size_t o = 0; o < seeds.size(); ++o)
      if (!is_of(o) && distance_mm(o) < kApartMm) near.push_back(o);
    // One more near it may be the bow between the legs or the other end of one, if it is as far from the rest.
    if (near.size() == 1 && distance_mm(near[0]) < kLongestClipMm) {
      knot.push_back(near[0]);
      near.clear();
      for (std::size_t o = 0; o < seeds.size(); ++o)
        if (!is_of(o) && distance_mm(o) < kApartMm) near.push_back(o);
    }
    if (!near.empty()) continue;
    implant -= knot.size();
    knots.push_back(std::move(knot));
  }
  for (const auto& knot : knots) {
    const double most = others && kImplantOverKnot * knot.size() <= implant ? kBesideAnImplant : kMostWhereNoneElse;
    for (const auto n : knot) seeds[n].confidence = std::min(seeds[n].confidence, most);
  }
}

bool mostly_touching(const std::vector<DetectedSeed>& seeds) {
  const auto touches = [&](const DetectedSeed& s) {
    return std::any_of(seeds.begin(), seeds.end(),
                       [&](const DetectedSeed& o) { return &o != &s && (o.pose.center.mm - s.pose.center.mm).norm() < kTouchMm; });
  };
  const auto touching = std::count_if(seeds.begin(), seeds.end(), touches);
  return static_cast<double>(touching) > kMostThatTouch * static_cast<double>(seeds.size());
}

}  // namespace seedaudit
