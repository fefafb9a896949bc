// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "detectors/seed_evidence.h"
#include "tests/detectors/fit_box.h"

namespace seedaudit::test {

TEST_CASE("An object of six tenths of a seed is told as that, however near to a seed's mass its prior has drawn the fit") {
  AppearanceParameters p;
  p.slice_mm = 1.0;
  const SeedAppearance look(p);
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  FitSite site = box(1.0);
  const FittedSeed object{Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitZ(), 0.6 * prior.axial_mass};
  add_seed_image(look, site, object, site.hu);
  // Voxels in such doubt tell the mass to about a tenth.
  for (auto& s : site.sigma) s = 2000.0F;
  FitControl control;
  control.correlation = 1.0;
  ResolvedGroup r;
  r.seeds = {object};
  r.prior = prior;
  refine_seeds(look, prior, site, control, r.seeds, &r.covariance);
  const double drawn = std::log(r.seeds[0].mass / (prior.axial_mass * look.relative_mass(r.seeds[0].axis[2])));
  const ToldMass told = told_mass(look, prior, r, 0);
  INFO("drawn to " << drawn << ", told " << told.mass_log << " +- " << told.sigma);
  // The case is one: the prior has taken a fifth of the difference at least.
  CHECK(drawn > 0.8 * std::log(0.6));
  // Logarithms are linear in the voxels within a few percent only over so wide a step: a quarter of its own sigma, and a tenth of the step.
  CHECK(told.mass_log == Approx(std::log(0.6)).margin(0.25 * told.sigma + 0.05));

  // The centre of the scan may have moved since the fit: what is told moves with it, by as much.
  SeedPrior moved = prior;
  moved.axial_mass *= 1.1;
  CHECK(told_mass(look, moved, r, 0).mass_log == Approx(told.mass_log - std::log(1.1)).margin(1e-9));
}

}  // namespace seedaudit::test
