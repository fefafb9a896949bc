// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/material_beside.h"

#include <catch2/catch.hpp>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {

TEST_CASE("Material beside a seed is what no seed explains: none among seeds, a droplet's mass beside a droplet") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const FittedSeed one{{-6.0, 0.0, 0.2}, Eigen::Vector3d::UnitX(), prior.axial_mass * look.relative_mass(0.0)};
  FittedSeed other = one;
  other.center_mm[0] = 6.0;
  // A Gaussian of 400 HU and 1.5 mm holds 400 (2 pi)^1.5 1.5^3 = 21 262 HU mm^3, 0.30 of a seed; 4 mm from the second seed, 16 from the
  // first.
  SeedGroup group = group_of(look, {one, other}, {{{6.0, 4.0, 0.0}, 400.0, 1.5}});
  ResolvedGroup r;
  r.seeds = {one, other};
  const std::vector<double> beside = material_beside(look, prior, group, r);
  REQUIRE(beside.size() == 2);
  // Noise of 10 HU over the 6800 voxels within reach, of 0.25 mm^3: 206 HU mm^3, 0.003 of a seed.
  CHECK(std::abs(beside[0]) < 0.012);
  // Reach cuts the droplet's edge: at 3 mm beyond its centre, two of its widths, a fiftieth is left out.
  CHECK(beside[1] == Approx(0.30).margin(0.02));

  r.confidence = {0.99, 0.99};
  doubt_beside_material(look, prior, group, r);
  CHECK(r.confidence == std::vector<double>{0.99, 0.85});
  // What was less sure stays so.
  r.confidence = {0.99, 0.6};
  doubt_beside_material(look, prior, group, r);
  CHECK(r.confidence == std::vector<double>{0.99, 0.6});
}

TEST_CASE("A neighbour that was not found is material beside a seed, clipped voxels are not") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const double mass = prior.axial_mass * look.relative_mass(0.0);
  const FittedSeed one{{-2.0, 0.0, 0.2}, Eigen::Vector3d::UnitX(), mass}, other{{2.0, 0.0, 0.2}, Eigen::Vector3d::UnitX(), mass};
  SeedGroup group = group_of(look, {one, other}, {});
  ResolvedGroup r;
  r.seeds = {one};
  // Its far end and halo lie beyond 7 mm of the first.
  CHECK(material_beside(look, prior, group, r)[0] > 0.8 * look.relative_mass(0.0));
  for (std::size_t v = 0; v < group.site.count(); ++v)
    if (group.site.hu[v] > 100.0F) group.site.clip[v] = VoxelPatch::kHigh;
  CHECK(material_beside(look, prior, group, r)[0] < 0.2);
}

}  // namespace seedaudit::test
