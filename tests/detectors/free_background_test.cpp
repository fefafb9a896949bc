// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/free_background.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "detectors/seed_fit.h"
#include "tests/detectors/fit_box.h"

namespace seedaudit::test {
namespace {

double hill_hu(double x_mm, double y_mm) { return 300.0 * std::exp(-(x_mm * x_mm + y_mm * y_mm) / (2.0 * 36.0)); }

double largest(const std::vector<float>& v) {
  double most = 0.0;
  for (const float x : v) most = std::max(most, std::abs(static_cast<double>(x)));
  return most;
}

}  // namespace

TEST_CASE("A smooth hill is background, a seed is not") {
  FitSite site = box(1.0);
  site.background = std::make_shared<FreeBackground>(site);
  std::vector<float> hill(site.count());
  for (const auto& c : site.columns)
    for (std::size_t v = c.begin; v < c.end; ++v) hill[v] = static_cast<float>(hill_hu(c.x_mm, c.y_mm));
  const double cost = site.take_background(hill);
  CHECK(largest(hill) < 15.0);  // of 300 HU: knots of 5 mm, and what the ridge holds back
  CHECK(cost > 0.0);

  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  std::vector<float> seed(site.count(), 0.0F);
  add_seed_image(look, site, {Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitX(), 50000.0}, seed);
  const double peak = largest(seed);
  site.take_background(seed);
  CHECK(largest(seed) > 0.7 * peak);
}

TEST_CASE("Freedom that the data can use costs, and the more the finer it is") {
  const auto cost_of_freedom = [](BackgroundFreedom free, float sigma) {
    FitSite site = box(1.0);
    site.sigma.assign(site.count(), sigma);
    site.free = free;
    return FreeBackground(site).log_volume();
  };
  const BackgroundFreedom smooth{}, fine{3.0, 150.0};
  CHECK(cost_of_freedom(fine, 10.0F) > 1.5 * cost_of_freedom(smooth, 10.0F));
  CHECK(cost_of_freedom({3.0, 300.0}, 10.0F) > cost_of_freedom(fine, 10.0F));
  CHECK(cost_of_freedom(fine, 1e6F) == Approx(0.0).margin(0.1));  // voxels that say nothing leave the prior as it is
  CHECK(cost_of_freedom(fine, 1e6F) >= 0.0);
}

TEST_CASE("Clipped voxels do not teach the background") {
  FitSite site = box(1.0);
  for (const auto& c : site.columns)
    for (std::size_t v = c.begin; v < c.end; ++v)
      if (std::hypot(c.x_mm, c.y_mm) < 2.0) site.clip[v] = VoxelPatch::kHigh;
  site.background = std::make_shared<FreeBackground>(site);
  std::vector<float> residual(site.count(), 0.0F);
  for (std::size_t v = 0; v < site.count(); ++v)
    if (site.clip[v] == VoxelPatch::kHigh) residual[v] = 3000.0F;
  CHECK(site.take_background(residual) == 0.0);
  CHECK(largest(residual) == Approx(3000.0));
}

TEST_CASE("A seed on a hill that no one took away before is fitted with its own mass") {
  const SeedAppearance look({.slice_mm = 1.0});
  const SeedPrior prior;
  FitSite site = box(1.0);
  const FittedSeed truth{{0.2, -0.4, 0.3}, Eigen::Vector3d(0.8, 0.6, 0.0), prior.axial_mass * look.relative_mass(0.0)};
  add_seed_image(look, site, truth, site.hu);
  for (const auto& c : site.columns)
    for (std::size_t v = c.begin; v < c.end; ++v) site.hu[v] += static_cast<float>(hill_hu(c.x_mm, c.y_mm));
  const auto fitted = [&] {
    std::vector<FittedSeed> seeds{{truth.center_mm + Eigen::Vector3d(0.3, 0.3, -0.3), truth.axis, 0.8 * truth.mass}};
    refine_seeds(look, prior, site, {.iterations = 40, .correlation = 1.0, .active = {}}, seeds);
    return seeds.front();
  };
  const double blind = std::abs(fitted().mass / truth.mass - 1.0);
  site.background = std::make_shared<FreeBackground>(site);
  const FittedSeed found = fitted();
  CHECK(std::abs(found.mass / truth.mass - 1.0) < 0.02);
  CHECK(blind > 0.05);
  CHECK((found.center_mm - truth.center_mm).norm() < 0.05);
}

}  // namespace seedaudit::test
