// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/shade_across.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "detectors/seed_shade.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

const SeedAppearance& hardened() {
  static const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  return look;
}

/// Five seeds of a needle in the slice, 5 mm apart, each in the shade of all.
std::vector<FittedSeed> needle(const SeedPrior& prior) {
  std::vector<FittedSeed> seeds;
  for (int n = -2; n <= 2; ++n) seeds.push_back({{5.0 * n, 0.1, 0.2}, Eigen::Vector3d::UnitX(), 0.0});
  cast_shadows(hardened(), seeds);
  for (auto& s : seeds) s.mass = prior.axial_mass * hardened().relative_mass(0.0, s.shade);
  return seeds;
}

/// The group of one of them, which shows the others as well; only its own may be explained there.
SeedGroup group_about(const std::vector<FittedSeed>& seeds, std::size_t n) {
  SeedGroup g = group_of(hardened(), seeds, {});
  const VoxelPatch& p = g.patch;
  for (int k = 0; k < p.size[2]; ++k)
    for (int j = 0; j < p.size[1]; ++j)
      for (int i = 0; i < p.size[0]; ++i) {
        const auto v = p.offset(i, j, k);
        const bool own = std::abs(p.x_mm(0, i) - seeds[n].center_mm[0]) < 2.5;
        g.is_core[v] = own ? 1 : 0;
        if (!own) g.patch.sigma[v] = std::numeric_limits<float>::infinity();
      }
  g.site = make_fit_site(g.patch);
  return g;
}

}  // namespace

TEST_CASE("The seeds of one needle weigh what they should although each is in a group of its own") {
  SeedPrior prior;
  prior.mass_log_sigma = 0.3;
  const auto seeds = needle(prior);
  std::vector<SeedGroup> groups;
  std::vector<ResolvedGroup> resolved;
  ResolverOptions single;
  single.maximum_seeds = 1;
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    groups.push_back(group_about(seeds, n));
    resolved.push_back(resolve_group(hardened(), prior, groups[n], single));
    REQUIRE(resolved[n].seeds.size() == 1);
  }
  const auto off = [&](std::size_t n) {
    const FittedSeed& s = resolved[n].seeds.front();
    return std::abs(std::log(s.mass / (prior.axial_mass * hardened().relative_mass(s.axis[2], s.shade))));
  };
  const std::size_t middle = 2;
  const double off_alone = off(middle), cost_alone = resolved[middle].cost.total();
  for (int turn = 0; turn < 2; ++turn) {
    shade_across(hardened(), resolved, groups);
    for (std::size_t n = 0; n < groups.size(); ++n) refit_group(hardened(), prior, groups[n], single, resolved[n]);
  }
  CHECK(off_alone > 0.05);  // else there is nothing to mend
  CHECK(off(middle) < 0.5 * off_alone);
  CHECK(resolved[middle].cost.total() < cost_alone - 200.0);
}

TEST_CASE("What other groups show is taken from a group once, however often it is told") {
  const SeedPrior prior;
  const auto seeds = needle(prior);
  std::vector<SeedGroup> groups{group_about(seeds, 1), group_about(seeds, 2)};
  const std::vector<float> before = groups[1].site.hu;
  std::vector<ResolvedGroup> resolved(2);
  resolved[0].seeds = {seeds[1]};
  resolved[1].seeds = {seeds[2]};
  CHECK(shade_across(hardened(), resolved, groups)[1]);
  const std::vector<float> once = groups[1].site.hu;
  CHECK_FALSE(shade_across(hardened(), resolved, groups)[1]);
  CHECK(once != before);
  for (std::size_t v = 0; v < once.size(); ++v) REQUIRE(groups[1].site.hu[v] == Approx(once[v]).margin(0.01));
  // And given back where there is none.
  resolved[0].seeds.clear();
  shade_across(hardened(), resolved, groups);
  for (std::size_t v = 0; v < before.size(); ++v) REQUIRE(groups[1].site.hu[v] == Approx(before[v]).margin(0.01));
}

TEST_CASE("A seed that two groups explain stays in both, for one of them to keep it") {
  const SeedPrior prior;
  const FittedSeed one{{0.1, 0.1, 0.2}, Eigen::Vector3d::UnitX(), prior.axial_mass * hardened().relative_mass(0.0)};
  FittedSeed again = one;
  // As well as two fits agree, and as badly as where one of them sits on a flank.
  again.center_mm[0] += GENERATE(0.4, 2.3, 2.8);
  std::vector<SeedGroup> groups{group_of(hardened(), {one}, {}), group_of(hardened(), {one}, {})};
  const std::vector<float> before = groups[0].site.hu;
  std::vector<ResolvedGroup> resolved(2);
  resolved[0].seeds = {one};
  resolved[1].seeds = {again};
  const std::vector<bool> changed = shade_across(hardened(), resolved, groups);
  CHECK_FALSE(changed[0]);
  CHECK_FALSE(changed[1]);
  CHECK(groups[0].site.hu == before);
}

TEST_CASE("Seeds of other groups that lie above or far away leave a group as it is") {
  const SeedPrior prior;
  std::vector<SeedGroup> groups;
  std::vector<ResolvedGroup> resolved(2);
  const FittedSeed one{{0.1, 0.1, 0.2}, Eigen::Vector3d::UnitX(), prior.axial_mass * hardened().relative_mass(0.0)};
  FittedSeed above = one;
  above.center_mm[2] += 12.0;
  for (int n = 0; n < 2; ++n) groups.push_back(group_of(hardened(), {one}, {}));
  resolved[0].seeds = {one};
  resolved[1].seeds = {above};
  CHECK_FALSE(shade_across(hardened(), resolved, groups)[0]);
  CHECK(groups[0].site.beyond->empty());
}

}  // namespace seedaudit::test
