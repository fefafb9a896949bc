// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/explanation_moves.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {

namespace {

const AppearanceParameters kThreeMmSlices{.slice_mm = 3.0, .slice_blur_mm = 0.4, .hardening_per_mm = 1.0};

/// Seeds along the table axis, each of so many masses.
std::vector<FittedSeed> standing_row(const SeedPrior& prior, const std::vector<double>& z_mm, double masses = 1.0) {
  const double mass = masses * prior.axial_mass * SeedAppearance(kThreeMmSlices).relative_mass(1.0);
  std::vector<FittedSeed> row;
  for (const double at : z_mm) row.push_back({{0.1, 0.2, at}, Eigen::Vector3d::UnitZ(), mass});
  return row;
}

/// One more than before, each of the true ones there, and worth a seed.
void check_becomes(const std::optional<Change>& change, const std::vector<FittedSeed>& truth) {
  REQUIRE(change.has_value());
  CHECK(change->gain.total() > ResolverOptions().seed_penalty);
  REQUIRE(change->after.size() == truth.size());
  for (const auto& t : truth)
    CHECK(std::any_of(change->after.begin(), change->after.end(),
                      [&](const FittedSeed& s) { return (s.center_mm - t.center_mm).norm() < 0.5; }));
}

}  // namespace

TEST_CASE("Three seeds that stand for a rod of four along the table axis become four in one step, from the middle one alone") {
  const SeedAppearance look(kThreeMmSlices);
  SeedPrior prior;
  prior.mass_log_sigma = 0.15;
  const auto truth = standing_row(prior, {-7.6, -2.5, 2.6, 7.5}), three = standing_row(prior, {-6.4, 0.0, 6.4}, 1.25);
  const SeedGroup group = group_of(look, truth, {}, 3.0);
  const ResolverOptions options;
  const ExplanationMoves moves(look, prior, group, options);
  check_becomes(moves.one_more_in_row(three, three[1]), truth);
  CHECK_FALSE(moves.one_more_in_row(three, three[0]).has_value());
  std::vector<FittedSeed> across = three;
  across[2].axis = Eigen::Vector3d::UnitX();
  CHECK_FALSE(moves.one_more_in_row(across, across[1]).has_value());
}

TEST_CASE("Four seeds that stand for a rod of five become five in one step, for each is only a little too heavy and all stand wrong") {
  const SeedAppearance look(kThreeMmSlices);
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  const auto truth = standing_row(prior, {-9.7, -4.9, 0.1, 5.0, 9.8}), four = standing_row(prior, {-9.3, -3.1, 3.2, 9.4}, 1.2);
  const SeedGroup group = group_of(look, truth, {}, 3.0);
  const ResolverOptions options;
  const ExplanationMoves moves(look, prior, group, options);
  for (const std::size_t inner : {1, 2}) check_becomes(moves.one_more_in_row(four, four[inner]), truth);
  // Each by itself too light to ask.
  auto lighter = four;
  for (auto& s : lighter) s.mass *= 1.05 / 1.2;
  check_becomes(moves.one_more_in_row(lighter, lighter[1]), truth);
  for (auto& s : lighter) s.mass *= 1.02 / 1.05;
  CHECK_FALSE(moves.one_more_in_row(lighter, lighter[1]).has_value());
  // An end of a row has neighbours on one side alone.
  CHECK_FALSE(moves.one_more_in_row(four, four[0]).has_value());
}

TEST_CASE("Four heavy seeds at one end of a needle become five, and the light ones behind them stay") {
  const SeedAppearance look(kThreeMmSlices);
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  const auto truth = standing_row(prior, {-14.6, -9.8, -4.9, 0.1, 5.0, 10.0, 15.0});
  auto found = standing_row(prior, {-14.2, -8.0, -1.8, 4.6}, 1.05);
  const auto right = standing_row(prior, {10.0, 15.0}, 0.99);
  found.insert(found.end(), right.begin(), right.end());
  const SeedGroup group = group_of(look, truth, {}, 3.0);
  const ResolverOptions options;
  const ExplanationMoves moves(look, prior, group, options);
  found[2].mass *= 1.01;
  check_becomes(moves.one_more_in_row(found, found[2]), truth);
  // Asked once, of the heaviest.
  CHECK_FALSE(moves.one_more_in_row(found, found[1]).has_value());
}

}  // namespace seedaudit::test
