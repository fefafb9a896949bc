// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/explain_group.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "detectors/seed_shade.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

constexpr int kPools = 8;

/// Pools of lipiodol 4 to 5.5 mm wide, closely packed about the origin.
std::vector<Pool> pools() {
  std::mt19937 random(7);
  const auto uniform = [&](double low, double high) { return low + (high - low) * static_cast<double>(random()) / 4294967296.0; };
  std::vector<Pool> out;
  for (int n = 0; n < kPools; ++n)
    out.push_back({{uniform(-8.0, 8.0), uniform(-8.0, 8.0), uniform(-4.0, 4.0)}, uniform(150.0, 350.0), uniform(1.7, 2.3)});
  return out;
}

}  // namespace

TEST_CASE("A seed among pools of lipiodol is one seed, and the pools are background") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const FittedSeed truth{{0.3, -0.6, 0.2}, Eigen::Vector3d(0.6, 0.8, 0.0), prior.axial_mass * look.relative_mass(0.0)};
  SeedGroup group = group_of(look, {truth}, pools());
  const ResolverOptions options;
  const ResolvedGroup smooth = resolve_group(look, prior, group, options);
  CHECK(smooth.seeds.size() != 1);  // else the pools are no test
  const ResolvedGroup r = explain_group(look, prior, options, group);
  REQUIRE(r.seeds.size() == 1);
  CHECK((r.seeds.front().center_mm - truth.center_mm).norm() < 0.3);
  CHECK(std::abs(r.seeds.front().axis.dot(truth.axis)) > 0.98);
  CHECK(r.correlation == options.correlation);
  CHECK(group.site.free.knot_mm < BackgroundFreedom{}.knot_mm);
}

TEST_CASE("Where the seeds explain their group, its background stays as smooth as it was") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const double mass = prior.axial_mass * look.relative_mass(0.0);
  const FittedSeed one{{0.3, -0.6, 0.2}, Eigen::Vector3d::UnitX(), mass}, other{{0.3, 0.7, 0.2}, Eigen::Vector3d::UnitX(), mass};
  SeedGroup group = group_of(look, {one, other}, {});
  const ResolvedGroup r = explain_group(look, prior, {}, group);
  CHECK(r.seeds.size() == 2);
  CHECK(group.site.free.knot_mm == BackgroundFreedom{}.knot_mm);
}

TEST_CASE("What has the mass of two seeds is two once their mass is known sharply, and one seed stays as it is") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  SeedPrior sharp;
  sharp.mass_log_sigma = 0.08;
  const double mass = sharp.axial_mass * look.relative_mass(0.0);
  const FittedSeed one{{0.1, -0.45, 0.2}, Eigen::Vector3d::UnitX(), mass}, beside{{0.1, 0.45, 0.2}, Eigen::Vector3d::UnitX(), mass};
  SeedPrior vague = sharp;
  vague.mass_log_sigma = 0.6;
  ResolverOptions single;
  single.maximum_seeds = 1;
  const double usual_misfit = 0.16;

  const SeedGroup two = group_of(look, {one, beside}, {});
  ResolvedGroup r = resolve_group(look, vague, two, single);
  REQUIRE(r.seeds.size() == 1);
  split_heavy(look, sharp, {}, usual_misfit, two, r);
  CHECK(r.seeds.size() == 2);
  CHECK(r.removal_cost.size() == 2);

  const SeedGroup alone = group_of(look, {one}, {});
  ResolvedGroup same = resolve_group(look, vague, alone, single);
  REQUIRE(same.seeds.size() == 1);
  const Eigen::Vector3d before = same.seeds.front().center_mm;
  split_heavy(look, sharp, {}, usual_misfit, alone, same);
  REQUIRE(same.seeds.size() == 1);
  CHECK(same.seeds.front().center_mm == before);
}

TEST_CASE("Two parallel seeds taken for a cross are put parallel again") {
  // Descent ends there where the first seed lay across both.
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  SeedPrior prior;
  prior.mass_log_sigma = 0.1;
  const Eigen::Vector3d axis = Eigen::Vector3d(0.2, 0.84, 0.5).normalized(), apart(1.35, -0.33, 0.0);
  std::vector<FittedSeed> truth{{0.5 * apart, axis, 0.0}, {-0.5 * apart, axis, 0.0}};
  cast_shadows(look, truth);
  for (auto& t : truth) t.mass = prior.axial_mass * look.relative_mass(axis[2], t.shade);
  const SeedGroup group = group_of(look, truth, {});
  const double flat = prior.axial_mass * look.relative_mass(0.1);
  const std::vector<FittedSeed> cross{{{0.1, 0.0, 0.1}, Eigen::Vector3d(0.75, 0.53, -0.39).normalized(), flat},
                                      {{-0.1, 0.0, -0.1}, Eigen::Vector3d(0.95, -0.28, -0.11).normalized(), flat}};
  ResolvedGroup r = resolve_group(look, prior, group, {}, cross);
  REQUIRE(r.seeds.size() == 2);
  for (const auto& t : truth) {
    const auto nearest = std::min_element(r.seeds.begin(), r.seeds.end(), [&](const FittedSeed& a, const FittedSeed& b) {
      return (a.center_mm - t.center_mm).norm() < (b.center_mm - t.center_mm).norm();
    });
    CHECK((nearest->center_mm - t.center_mm).norm() < 0.25);
    CHECK(std::abs(nearest->axis.dot(axis)) > 0.97);
  }
}

TEST_CASE("A seed that two overlapping slices both show whole is one seed") {
  // What each of them shows alone would be explained by a seed of its own, and the two together weigh twice what one does.
  const SeedAppearance look({.slice_mm = 5.0, .slice_blur_mm = 0.2, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const double mass = prior.axial_mass * look.relative_mass(0.0), spacing_mm = 4.0;
  const SeedGroup group = group_of(look, {{{0.1, 0.2, 2.0}, Eigen::Vector3d::UnitX(), mass}}, {}, spacing_mm);
  const FittedSeed below{{0.1, 0.2, 0.0}, Eigen::Vector3d::UnitX(), mass}, above{{0.1, 0.2, 4.0}, Eigen::Vector3d::UnitX(), mass};
  const ResolvedGroup r = resolve_group(look, prior, group, {}, {below, above});
  REQUIRE(r.seeds.size() == 1);
  CHECK(std::abs(r.seeds.front().center_mm[2] - 2.0) < 0.5);
}

}  // namespace seedaudit::test
