// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/unexplained_mass.h"

#include <catch2/catch.hpp>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {

TEST_CASE("Of two like seeds that are both found little is left, of one found half, of none all") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const double mass = SeedPrior{}.axial_mass * look.relative_mass(0.0);
  const FittedSeed one{{-4.0, 0.0, 0.2}, Eigen::Vector3d::UnitX(), mass}, other{{4.0, 0.0, 0.2}, Eigen::Vector3d::UnitX(), mass};
  SeedGroup group = group_of(look, {one, other}, {});
  // Objects stand out far above the noise of 10 HU.
  for (std::size_t v = 0; v < group.is_object.size(); ++v) group.is_object[v] = group.patch.hu[v] > 300.0F ? 1 : 0;
  ResolvedGroup r;
  const auto left = [&] {
    const ObjectMass m = object_mass(look, group, r, 0.5);
    return m.unexplained / m.all;
  };
  CHECK(left() == 1.0);
  r.seeds = {one, other};
  // What noise leaves: of a voxel half of 0.8 sigma, 4 HU in at least 300.
  CHECK(left() < 0.015);
  CHECK(object_mass(look, group, r, 0.5).all > mass);
  CHECK(object_mass(look, group, r, 0.5).all < 2.0 * mass);  // the faint rim is no object
  r.confidence = {0.9, 0.1};
  CHECK(left() == Approx(0.5).margin(0.02));  // alike but for their noise and where they lie between voxels
  r.seeds = {one};
  r.confidence = {0.9};
  CHECK(left() == Approx(0.5).margin(0.02));
  group.is_object.assign(group.is_object.size(), 0);
  CHECK(object_mass(look, group, r, 0.5).all == 0.0);
}

}  // namespace seedaudit::test
