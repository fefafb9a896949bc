// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/explanation_moves.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {

TEST_CASE("Three seeds that stand for a rod of four along the table axis become four in one step, from the middle one alone") {
  const SeedAppearance look({.slice_mm = 3.0, .slice_blur_mm = 0.4, .hardening_per_mm = 1.0});
  SeedPrior prior;
  prior.mass_log_sigma = 0.15;
  const Eigen::Vector3d z = Eigen::Vector3d::UnitZ();
  const double mass = prior.axial_mass * look.relative_mass(1.0);
  std::vector<FittedSeed> truth, three;
  for (const double at : {-7.6, -2.5, 2.6, 7.5}) truth.push_back({{0.1, 0.2, at}, z, mass});
  for (const double at : {-6.4, 0.0, 6.4}) three.push_back({{0.1, 0.2, at}, z, 1.25 * mass});
  const SeedGroup group = group_of(look, truth, {}, 3.0);
  const ResolverOptions options;
  const ExplanationMoves moves(look, prior, group, options);

  const auto four = moves.one_more_in_row(three, three[1]);
  REQUIRE(four.has_value());
  CHECK(four->gain.total() > options.seed_penalty);
  REQUIRE(four->after.size() == 4);
  for (const auto& t : truth)
    CHECK(
        std::any_of(four->after.begin(), four->after.end(), [&](const FittedSeed& s) { return (s.center_mm - t.center_mm).norm() < 0.5; }));

  CHECK_FALSE(moves.one_more_in_row(three, three[0]).has_value());
  std::vector<FittedSeed> across = three;
  across[2].axis = Eigen::Vector3d::UnitX();
  CHECK_FALSE(moves.one_more_in_row(across, across[1]).has_value());
}

TEST_CASE("Four seeds that stand for a rod of five become five in one step, for each is only a little too heavy and all stand wrong") {
  const SeedAppearance look({.slice_mm = 3.0, .slice_blur_mm = 0.4, .hardening_per_mm = 1.0});
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  const Eigen::Vector3d z = Eigen::Vector3d::UnitZ();
  const double mass = prior.axial_mass * look.relative_mass(1.0);
  std::vector<FittedSeed> truth, four;
  for (const double at : {-9.7, -4.9, 0.1, 5.0, 9.8}) truth.push_back({{0.1, 0.2, at}, z, mass});
  for (const double at : {-9.3, -3.1, 3.2, 9.4}) four.push_back({{0.1, 0.2, at}, z, 1.2 * mass});
  const SeedGroup group = group_of(look, truth, {}, 3.0);
  const ResolverOptions options;
  const ExplanationMoves moves(look, prior, group, options);
  for (const std::size_t inner : {1, 2}) {
    const auto five = moves.one_more_in_row(four, four[inner]);
    REQUIRE(five.has_value());
    CHECK(five->gain.total() > options.seed_penalty);
    REQUIRE(five->after.size() == 5);
    for (const auto& t : truth)
      CHECK(std::any_of(five->after.begin(), five->after.end(),
                        [&](const FittedSeed& s) { return (s.center_mm - t.center_mm).norm() < 0.5; }));
  }
  // An end of a row has neighbours on one side alone.
  CHECK_FALSE(moves.one_more_in_row(four, four[0]).has_value());
}

}  // namespace seedaudit::test
