// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_shade.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/detectors/fit_box.h"

namespace seedaudit::test {

TEST_CASE("Seeds of one needle weaken each other along it, those of others do not") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  const auto seeds_at = [&](const std::vector<Eigen::Vector3d>& others) {
    std::vector<FittedSeed> seeds{{Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitX(), 50000.0}};
    for (const auto& at : others) seeds.push_back({at, Eigen::Vector3d::UnitX(), 50000.0});
    return seeds;
  };
  const auto in_line = [&](const std::vector<Eigen::Vector3d>& others) { return seeds_in_line(look, seeds_at(others), 0); };
  CHECK(in_line({}) == 0.0);
  CHECK(in_line({{5.0, 0.0, 0.0}}) == Approx(1.0).epsilon(0.01));
  CHECK(in_line({{5.0, 0.0, 0.0}, {-5.0, 0.0, 0.0}, {10.0, 0.0, 0.0}}) == Approx(3.0).epsilon(0.01));
  CHECK(in_line({{0.0, 1.0, 0.0}}) == 0.0);  // side by side
  CHECK(in_line({{5.0, 3.0, 0.0}}) == 0.0);  // of another needle
  CHECK(in_line({{5.0, 0.0, 3.0}}) == 0.0);  // above the rays
  const auto lost = [&](const std::vector<Eigen::Vector3d>& others) {
    const auto seeds = seeds_at(others);
    // The angle of the detector line for rays along the axis.
    return shade_by(look, seeds, 0).loss[Shade::kAngles / 2];
  };
  CHECK(lost({}) == 0.0F);
  CHECK(lost({{5.0, 0.0, 0.0}}) > 0.05F);
  CHECK(lost({{5.0, 0.0, 0.0}, {-5.0, 0.0, 0.0}}) > lost({{5.0, 0.0, 0.0}}));
  CHECK(lost({{5.0, 3.0, 0.0}}) == 0.0F);
  CHECK(lost({{5.0, 0.0, 3.0}}) == 0.0F);
}

TEST_CASE("Two seeds side by side show as much less of themselves as simulated projections do") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  const auto lost = [&](const Eigen::Vector3d& axis, const Eigen::Vector3d& apart) {
    std::vector<FittedSeed> pair{{-0.5 * apart, axis, 50000.0}, {0.5 * apart, axis, 50000.0}};
    cast_shadows(look, pair);
    CHECK(pair[0].shade.mean_loss == Approx(pair[1].shade.mean_loss).margin(1e-6));
    return std::log(look.relative_mass(axis[2], pair[0].shade) / look.relative_mass(axis[2]));
  };
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX(), y = Eigen::Vector3d::UnitY(), z = Eigen::Vector3d::UnitZ();
  // Logarithm of half the pair's integral over that of a lone seed in our phantom, at slices of 0.6, 1, 2.5 and 5 mm: -0.24 to -0.31,
  // -0.20 to -0.27 and -0.15 to -0.20 where most rays meet both.
  CHECK(lost(x, 0.85 * y) == Approx(-0.28).margin(0.05));
  CHECK(lost(x, 1.2 * y) == Approx(-0.24).margin(0.05));
  CHECK(lost(x, 2.0 * y) == Approx(-0.18).margin(0.05));
  // -0.02 to -0.01, 0.0 and 0.0 to 0.03 where few or none do.
  CHECK(lost(z, 0.85 * x) == Approx(-0.01).margin(0.04));
  CHECK(lost(z, 1.2 * x) == Approx(-0.01).margin(0.04));
  CHECK(lost(Eigen::Vector3d(1.0, 0.0, 1.0).normalized(), 1.2 * Eigen::Vector3d(1.0, 0.0, -1.0).normalized()) == Approx(0.01).margin(0.04));
}

TEST_CASE("What a neighbour takes from a seed lies towards it") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  const Eigen::Vector3d towards = Eigen::Vector3d(1.0, 1.0, 0.0).normalized();
  std::vector<FittedSeed> pair{{Eigen::Vector3d::Zero(), Eigen::Vector3d(0.3, 0.0, 0.954).normalized(), 50000.0},
                               {1.5 * towards, Eigen::Vector3d(0.3, 0.0, 0.954).normalized(), 50000.0}};
  cast_shadows(look, pair);
  const FitSite site = box(1.0);
  const auto image_of = [&](const FittedSeed& s) {
    std::vector<float> image(site.count(), 0.0F);
    add_seed_image(look, site, s, image);
    return image;
  };
  const auto shaded = image_of(pair[0]);
  pair[0].shade = {};
  const auto lone = image_of(pair[0]);
  const auto change = [&](double x_mm, double y_mm) {
    double sum = 0.0;
    for (const auto& c : site.columns)
      if (c.x_mm == x_mm && c.y_mm == y_mm)
        for (std::size_t v = c.begin; v < c.end; ++v) sum += static_cast<double>(shaded[v] - lone[v]);
    return sum;
  };
  CHECK(change(2.0, 2.0) < -50.0);
  CHECK(change(-2.0, -2.0) == Approx(change(2.0, 2.0)));  // a ray goes both ways
  CHECK(change(2.0, -2.0) > 0.0);
}

}  // namespace seedaudit::test
