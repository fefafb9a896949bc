// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/seed_geometry.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

namespace {

using namespace seedaudit;
using Eigen::Vector3d;

const SeedGeometry kSeed;
// Chords are solutions of quadratics of order 1 mm in double precision.
constexpr double kExactMm = 1e-12;

SeedPath through(const Vector3d& axis, const Vector3d& point, const Vector3d& direction) {
  const Vector3d center(12.5, -40.25, 88.0);
  return seed_path(kSeed, center, axis, center + point - 30.0 * direction, direction);
}

void check_path(const SeedPath& path, double titanium_mm, double silver_mm) {
  CHECK(std::abs(path.titanium_mm - titanium_mm) < kExactMm * 100);
  CHECK(std::abs(path.silver_mm - silver_mm) < kExactMm * 100);
}

}  // namespace

TEST_CASE("line integral of a seed: chords known by hand") {
  const Vector3d z = Vector3d::UnitZ();
  SECTION("across the middle: two walls and the rod") { check_path(through(z, {0, 0, 0}, {1, 0, 0}), 0.10, 0.50); }
  SECTION("along the axis: two welds and the rod") { check_path(through(z, {0, 0, 0}, z), 0.60, 3.00); }
  SECTION("across between rod and weld: two walls") { check_path(through(z, {0, 0, 1.7}, {0, 1, 0}), 0.10, 0.0); }
  SECTION("across the weld: full titanium") { check_path(through(z, {0, 0, -2.1}, {1, 0, 0}), 0.80, 0.0); }
  SECTION("beside the rod, in the cavity") {
    check_path(through(z, {0, 0.3, 0}, {1, 0, 0}), 2 * (std::sqrt(0.16 - 0.09) - std::sqrt(0.1225 - 0.09)), 0.0);
  }
  SECTION("in the wall alone") { check_path(through(z, {0, 0.37, 0}, {1, 0, 0}), 2 * std::sqrt(0.16 - 0.37 * 0.37), 0.0); }
  SECTION("past it") { check_path(through(z, {0, 0.41, 0}, {1, 0, 0}), 0.0, 0.0); }
  SECTION("at 45 degrees through the centre") {
    const double s = std::numbers::sqrt2;
    check_path(through(z, {0, 0, 0}, Vector3d(1, 0, 1) / s), 0.10 * s, 0.50 * s);
  }
  SECTION("the pose does not matter") {
    const Vector3d axis = Vector3d(1, 2, -2) / 3.0;
    check_path(through(axis, {0, 0, 0}, axis), 0.60, 3.00);
    check_path(through(axis, {0, 0, 0}, axis.cross(Vector3d::UnitX()).normalized()), 0.10, 0.50);
    check_path(through(-axis, {0, 0, 0}, axis), 0.60, 3.00);
  }
}

TEST_CASE("line integral of a seed: rays over a plane give its volumes") {
  const Vector3d axis = Vector3d(2, -1, 2) / 3.0;
  const Vector3d direction = Vector3d(1, 2, 2) / 3.0;
  const Eigen::Matrix3d frame = frame_of(direction);
  constexpr double kStep = 0.02;
  double titanium = 0.0;
  double silver = 0.0;
  for (double u = -3.0; u < 3.0; u += kStep)
    for (double v = -3.0; v < 3.0; v += kStep) {
      const auto path = seed_path(kSeed, {0, 0, 0}, axis, frame.col(0) * (u + kStep / 2) + frame.col(1) * (v + kStep / 2), direction);
      titanium += path.titanium_mm;
      silver += path.silver_mm;
    }
  const double pi = std::numbers::pi;
  const double expected_titanium = pi * (0.4 * 0.4 * 4.5 - 0.35 * 0.35 * 3.9);
  const double expected_silver = pi * 0.25 * 0.25 * 3.0;
  // The raster is a fortieth of the diameter; its error at the rim is of second order in that: below 1 in 200.
  CHECK(std::abs(titanium * kStep * kStep / expected_titanium - 1.0) < 0.005);
  CHECK(std::abs(silver * kStep * kStep / expected_silver - 1.0) < 0.005);
}

TEST_CASE("a seed that does not fit its capsule is refused") {
  SeedGeometry g;
  CHECK(g.check().ok());
  g.rod_diameter_mm = 0.75;
  CHECK(g.check().error().what.find("0.75") != std::string::npos);
  g = {};
  g.rod_length_mm = 4.2;
  CHECK(!g.check().ok());
}
