// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/pairs_apart.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace seedaudit;

namespace {

// Seeds of confidence 0.99 at these places.
std::vector<DetectedSeed> seeds_at(const std::vector<Eigen::Vector3d>& places) {
  std::vector<DetectedSeed> seeds(places.size());
  for (std::size_t n = 0; n < places.size(); ++n) {
    seeds[n].pose = {{places[n]}, {Eigen::Vector3d::UnitX()}};
    seeds[n].confidence = 0.99;
  }
  return seeds;
}

std::vector<double> confidences(std::vector<DetectedSeed> seeds, bool others = true) {
  doubt_pairs_apart(seeds, others, {});
  std::vector<double> out;
  for (const auto& s : seeds) out.push_back(s.confidence);
  return out;
}

}  // namespace

TEST_CASE("Two side by side and far from all other seeds are likely a clip where the implant is elsewhere") {
  // Six seeds on three needles, each 10 mm from the next.
  const std::vector<Eigen::Vector3d> implant{{0, 0, 0}, {5, 0, 0}, {0, 10, 0}, {5, 10, 0}, {0, 20, 0}, {5, 20, 0}};
  const auto beside = [&](std::vector<Eigen::Vector3d> more) {
    more.insert(more.begin(), implant.begin(), implant.end());
    return more;
  };
  std::vector<double> expected(6, 0.99);
  expected.insert(expected.end(), 2, 0.1);
  CHECK(confidences(seeds_at(beside({{40, 0, 0}, {40, 2, 0}}))) == expected);
  // Where nothing else was taken for a seed and is none, there is no sign of clips.
  CHECK(confidences(seeds_at(beside({{40, 0, 0}, {40, 2, 0}})), false).back() == 0.6);
  // In a small implant they may be a third of it.
  expected.assign(4, 0.99);
  expected.insert(expected.end(), 2, 0.6);
  CHECK(confidences(seeds_at({{0, 0, 0}, {5, 0, 0}, {0, 10, 0}, {5, 10, 0}, {40, 0, 0}, {40, 2, 0}})) == expected);
  // Where they are all there is, they may be the implant. What was less sure before stays so.
  auto seeds = seeds_at({{30, 0, 0}, {30, 2, 0}});
  seeds[1].confidence = 0.4;
  CHECK(confidences(seeds) == std::vector<double>{0.6, 0.4});
  // One seed is no implant beside two.
  CHECK(confidences(seeds_at({{0, 0, 0}, {30, 0, 0}, {30, 2, 0}})) == std::vector<double>{0.99, 0.6, 0.6});
}

TEST_CASE("An implant of knots is not taken for clips because each lies apart") {
  CHECK(confidences(seeds_at({{0, 0, 0}, {0, 2, 0}, {30, 0, 0}, {30, 2, 0}, {60, 0, 0}, {60, 2, 0}})) == std::vector<double>(6, 0.6));
}

TEST_CASE("A third that touches such a pair may be the bow between the legs") {
  std::vector<Eigen::Vector3d> needle;
  for (int n = 0; n < 9; ++n) needle.emplace_back(0.0, 5.0 * n, 0.0);
  std::vector<double> expected(9, 0.99);
  expected.insert(expected.end(), 3, 0.1);
  // A clip is up to 8 mm long: its other end may be the third.
  for (const double along : {4.0, 6.0}) {
    CAPTURE(along);
    auto places = needle;
    for (const Eigen::Vector3d& p : {Eigen::Vector3d(30, 0, 0), Eigen::Vector3d(30, 2, 0), Eigen::Vector3d(30, 2, along)})
      places.push_back(p);
    CHECK(confidences(seeds_at(places)) == expected);
  }
  // With a seed 12 mm from it, it is a knot among seeds.
  CHECK(confidences(seeds_at({{30, 0, 0}, {30, 2, 0}, {30, 2, 4}, {30, 2, 16}})) == std::vector<double>(4, 0.99));
}

TEST_CASE("More than two in one knot, far from all other seeds, may be a marker or a coil") {
  CHECK(confidences(seeds_at({{0, 0, 0}, {30, 0, 0}, {30, 2, 0}, {30, 4, 0}, {30, 6, 0}})) ==
        std::vector<double>{0.99, 0.6, 0.6, 0.6, 0.6});
  // Among seeds it is a cluster of seeds.
  CHECK(confidences(seeds_at({{20, 0, 0}, {30, 0, 0}, {30, 2, 0}, {30, 4, 0}, {30, 6, 0}})) == std::vector<double>(5, 0.99));
}

TEST_CASE("A pair among seeds, end to end, a needle of them, or a lone seed however far, is as sure as its image makes it") {
  const auto sure = [](const std::vector<double>& c) { return c == std::vector<double>(c.size(), 0.99); };
  CHECK(sure(confidences(seeds_at({{0, 0, 0}, {14, 0, 0}, {14, 2, 0}}))));
  CHECK(sure(confidences(seeds_at({{0, 0, 0}, {30, 0, 0}, {34.6, 0, 0}}))));
  CHECK(sure(confidences(seeds_at({{0, 0, 0}, {30, 0, 0}, {34.6, 0, 0}, {39.2, 0, 0}, {43.8, 0, 0}}))));
  CHECK(sure(confidences(seeds_at({{0, 0, 0}, {30, 0, 0}, {30, 2, 0}, {30, 2, 9}}))));
  CHECK(sure(confidences(seeds_at({{0, 0, 0}, {90, 0, 0}}))));
}

TEST_CASE("Where more than seven of ten touch another they may be the legs of clips") {
  std::vector<Eigen::Vector3d> places;
  CHECK_FALSE(mostly_touching(seeds_at(places)));
  for (int n = 0; n < 4; ++n)
    for (const double side : {0.0, 2.0}) places.emplace_back(20.0 * n, side, 0.0);
  CHECK(mostly_touching(seeds_at(places)));
  for (int n = 0; n < 3; ++n) places.emplace_back(20.0 * n, 40.0, 0.0);
  CHECK(mostly_touching(seeds_at(places)));  // 8 of 11
  places.emplace_back(60.0, 40.0, 0.0);
  CHECK_FALSE(mostly_touching(seeds_at(places)));
}
