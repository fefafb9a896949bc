// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/needle_directions.h"

#include <Eigen/Geometry>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace seedaudit::test {
namespace {

Eigen::Vector3d turned(double degrees, double about_deg = 0.0) {
  const double a = degrees * 3.14159265358979323846 / 180.0, b = about_deg * 3.14159265358979323846 / 180.0;
  return {std::cos(a), std::sin(a) * std::cos(b), std::sin(a) * std::sin(b)};
}

const Eigen::Vector3d kHere = Eigen::Vector3d::Zero();

std::vector<AxisEstimate> all_along(const Eigen::Vector3d& axis, int n) {
  std::vector<AxisEstimate> seeds;
  for (int s = 0; s < n; ++s) seeds.push_back({kHere, s % 2 == 0 ? axis : Eigen::Vector3d(-axis), Eigen::Matrix2d::Zero()});
  return seeds;
}

}  // namespace

TEST_CASE("An axis along the needles of a scan is likelier than at random, one across them less") {
  const NeedleDirections needles(all_along(turned(0.0), 20));
  CHECK(needles.log_density({kHere, turned(0.0)}) > 2.0);
  CHECK(needles.log_density({kHere, turned(0.0)}) == Approx(needles.log_density({kHere, -turned(0.0)})));
  CHECK(needles.log_density({kHere, turned(20.0)}) < needles.log_density({kHere, turned(10.0)}));
  CHECK(needles.log_density({kHere, turned(60.0)}) < -1.0);
  // A seed may lie anyhow all the same.
  CHECK(needles.log_density({kHere, turned(90.0)}) > -2.5);
}

TEST_CASE("Axes in all directions say nothing, and those of one seed little") {
  std::vector<AxisEstimate> anyhow;
  // Evenly over the half sphere: as many in each band of equal height.
  for (int band = 0; band < 10; ++band)
    for (int n = 0; n < 12; ++n) {
      const double x = (band + 0.5) / 10.0, across = std::sqrt(1.0 - x * x), a = 0.5236 * n;
      anyhow.push_back({kHere, {x, across * std::cos(a), across * std::sin(a)}, Eigen::Matrix2d::Zero()});
    }
  const NeedleDirections all(anyhow), one(all_along(turned(0.0), 1));
  for (const double degrees : {0.0, 30.0, 60.0, 90.0}) CHECK(std::abs(all.log_density({kHere, turned(degrees, 40.0)})) < 0.3);
  CHECK(std::abs(one.log_density({kHere, turned(90.0)})) < 0.5);
}

TEST_CASE("A seed is no witness of its own direction") {
  const NeedleDirections two({{kHere, turned(0.0)}, {kHere, turned(90.0)}});
  CHECK(two.log_density({kHere, turned(0.0)}, 0) < two.log_density({kHere, turned(0.0)}) - 1.0);
  CHECK(two.log_density({kHere, turned(0.0)}, 1) > 1.0);
}

TEST_CASE("What lies far from an implant lies anyhow") {
  const NeedleDirections needles(all_along(turned(0.0), 20));
  const Eigen::Vector3d lung(0.0, 0.0, 120.0);
  const double unknown = NeedleDirections({}).log_density({lung, turned(0.0)});
  CHECK(needles.log_density({lung, turned(0.0)}) == unknown);
  CHECK(needles.log_density({lung, turned(90.0)}) == unknown);
  CHECK(needles.log_density({kHere, turned(0.0)}) > unknown + 1.0);
  CHECK(needles.log_density({kHere, turned(90.0)}) < unknown - 1.0);
}

TEST_CASE("What is not known of an axis tells nothing against it") {
  // In the slice its azimuth is known and its tilt is not: u lies in the slice, v is tilt.
  const NeedleDirections needles(all_along(turned(0.0), 20));
  Eigen::Matrix2d tilt = Eigen::Matrix2d::Zero(), azimuth = tilt;
  tilt(1, 1) = azimuth(0, 0) = 0.8 * 0.8;
  const Eigen::Vector3d up = turned(50.0, 90.0);
  CHECK(needles.log_density({kHere, up, tilt}) > needles.log_density({kHere, up}) + 1.0);
  CHECK(needles.log_density({kHere, up, azimuth}) < needles.log_density({kHere, up, tilt}) - 1.0);
  CHECK(std::abs(needles.log_density({kHere, up, 9.0 * Eigen::Matrix2d::Identity()})) < 1.0);
}

}  // namespace seedaudit::test
