// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/solid_object.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

/// By how much another rod beats one seed, where an object of this length and thickness and of a seed's mass lies.
double advantage_where_lies(double length_mm, double diameter_mm) {
  ScanCalibration calibration;
  calibration.look.slice_mm = 1.0;
  const SeedAppearance look(calibration.look);
  AppearanceParameters other = calibration.look;
  other.core_length_mm = length_mm;
  other.blur_mm = std::hypot(other.blur_mm, 0.25 * diameter_mm);
  other.slice_blur_mm = std::hypot(other.slice_blur_mm, 0.25 * diameter_mm);
  const FittedSeed object{{0.2, -0.3, 0.1}, Eigen::Vector3d(0.6, 0.8, 0.0), calibration.prior.axial_mass * look.relative_mass(0.0)};
  const SeedGroup group = group_of(SeedAppearance(other), {object}, {});
  ResolvedGroup r = resolve_group(look, calibration.prior, group, {});
  REQUIRE_FALSE(r.seeds.empty());
  r.seeds.resize(1);
  return SolidObjects(calibration).advantage_over_one(calibration, look, group, r, 0);
}

}  // namespace

TEST_CASE("A droplet of a seed's mass is told from a seed by its size") { CHECK(advantage_where_lies(1.0, 3.0) > 40.0); }

TEST_CASE("A wire of a seed's mass is told from a seed by its size, a seed from neither", "[heavy]") {
  CHECK(advantage_where_lies(3.0, 0.5) <= 0.0);
  CHECK(advantage_where_lies(6.5, 0.5) > 40.0);
}

}  // namespace seedaudit::test
