// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/cut_short.h"

#include <catch2/catch.hpp>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {

TEST_CASE("A search that may try too little says so, and widens its count") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const SeedPrior prior;
  const double mass = prior.axial_mass * look.relative_mass(0.0);
  std::vector<FittedSeed> truth;
  for (const double x : {-6.0, 0.0, 6.0}) truth.push_back({{x, 0.4 * x, 0.3}, Eigen::Vector3d(0.0, 1.0, 0.0), mass});
  const SeedGroup group = group_of(look, truth, {});

  const ResolvedGroup whole = resolve_group(look, prior, group, {});
  REQUIRE(whole.seeds.size() == 3);
  CHECK(!whole.cut_short);
  CHECK(whole.count.high == 3);

  // Enough for the first seed or two.
  ResolverOptions few;
  few.maximum_fits = 20;
  const ResolvedGroup part = resolve_group(look, prior, group, few);
  CHECK(part.cut_short);
  CHECK(part.seeds.size() < 3);
  CHECK(part.count.high > part.count.best);
  CHECK(part.removal_cost.size() == part.seeds.size());
}

TEST_CASE("A detection in which a group was cut short is no better than low confidence") {
  Detection whole;
  whole.outcome = {OutcomeKind::ok, "3 seeds"};
  tell_cut_short({ResolvedGroup{}, ResolvedGroup{}}, whole);
  CHECK(whole.outcome.kind == OutcomeKind::ok);
  CHECK(whole.warnings.empty());

  Detection part = whole;
  ResolvedGroup cut;
  cut.cut_short = true;
  tell_cut_short({ResolvedGroup{}, cut}, part);
  CHECK(part.outcome.kind == OutcomeKind::low_confidence);
  REQUIRE(part.warnings.size() == 1);
  CHECK(part.warnings.front().code == "SEARCH_CUT_SHORT");
  // Said again by whoever concludes anew.
  CHECK(part.doubt == part.outcome.why);
}

}  // namespace seedaudit::test
