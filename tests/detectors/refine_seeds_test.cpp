// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "detectors/seed_fit.h"
#include "detectors/seed_shade.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {

TEST_CASE("Two seeds that touch are followed to where they are, through what each takes from the other") {
  const SeedAppearance look({.slice_mm = 1.25, .slice_blur_mm = 0.2, .hardening_per_mm = 1.2});
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  const auto pair_of = [&](const Eigen::Vector3d& half, const Eigen::Vector3d& axis) {
    const Eigen::Vector3d along = axis.normalized();
    const double mass = prior.axial_mass * look.relative_mass(along[2]);
    std::vector<FittedSeed> pair{{half, along, mass}, {-half, along, mass}};
    cast_shadows(look, pair);
    return pair;
  };
  const auto truth = pair_of({0.42, -0.235, -0.245}, {0.28, 0.70, -0.66});
  const FitSite site = group_of(look, truth, {}, 1.25).site;
  const double least = cost_of(look, prior, site, truth, 8.0).total();
  // Turned about each other by ten degrees, and leaning the other way.
  const auto start = pair_of({0.41, -0.325, -0.095}, {0.35, 0.62, -0.70});
  FitControl control;
  control.correlation = 8.0;
  auto seeds = start;
  CHECK(refine_seeds(look, prior, site, control, seeds).total() < least + 1.0);
  for (std::size_t n = 0; n < seeds.size(); ++n) CHECK((seeds[n].center_mm - truth[n].center_mm).norm() < 0.05);
  // Without it the fit ends on the way, where each step of one is punished by the shade that did not follow.
  control.shading = false;
  seeds = start;
  CHECK(refine_seeds(look, prior, site, control, seeds).total() > least + 5.0);
}

}  // namespace seedaudit::test
