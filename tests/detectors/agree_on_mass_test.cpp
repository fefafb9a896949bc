// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "detectors/seed_evidence.h"
#include "detectors/seed_probability.h"
#include "detectors/solid_object.h"
#include "tests/detectors/fit_box.h"

namespace seedaudit::test {
namespace {

// One seed a group, explained by itself; its mass as a share of what the calibration expects.
struct MassScan {
  std::vector<SeedGroup> groups;
  std::vector<ResolvedGroup> resolved;
  ScanCalibration calibration;

  explicit MassScan(const std::vector<double>& shares) {
    calibration.look.slice_mm = 1.0;
    calibration.isolated = 3;
    calibration.prior.mass_log_sigma = 0.3;
    for (const double share : shares) {
      const SeedAppearance look(calibration.look);
      const FittedSeed seed{Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitZ(), share * calibration.prior.axial_mass};
      SeedGroup& group = groups.emplace_back();
      group.site = box(1.0);
      add_seed_image(look, group.site, seed, group.site.hu);
      group.is_dense.assign(group.site.count(), 0);
      group.patch.hu.assign(group.site.count(), 0);
      ResolvedGroup& r = resolved.emplace_back();
      r.seeds = {seed};
      r.removal_cost = {500.0};
    }
  }
  void agree() { agree_on_mass(SeedAppearance(calibration.look), groups, resolved, calibration); }
};

}  // namespace

TEST_CASE("All seeds of a scan correct the mass of the few that lay alone, and droplets do not") {
  MassScan scan({0.92, 0.95, 0.95, 0.96, 0.99, 0.4, 0.6, 1.5});
  const double before = scan.calibration.prior.axial_mass;
  scan.agree();
  CHECK(scan.calibration.prior.axial_mass == Approx(0.95 * before).epsilon(0.015));
  CHECK(scan.calibration.prior.mass_log_sigma < 0.13);
  CHECK_FALSE(scan.calibration.masses_disagree);
}

TEST_CASE("Many objects of quite another mass do not become the seeds: the contradiction is said") {
  MassScan scan({1.0, 1.02, 0.98, 0.58, 0.6, 0.6, 0.61, 0.62});
  scan.calibration.prior.mass_log_sigma = 0.15;  // as three that agree tell it
  const double before = scan.calibration.prior.axial_mass;
  scan.agree();
  CHECK(scan.calibration.prior.axial_mass == before);
  CHECK(scan.calibration.masses_disagree);
}

TEST_CASE("So many more of another mass than taught, and most of all, are right, and the contradiction is said") {
  std::vector<double> shares{1.0, 1.02, 0.98};
  for (int n = 0; n < 10; ++n) shares.push_back(0.6 + 0.005 * n);
  MassScan scan(shares);
  scan.calibration.prior.mass_log_sigma = 0.15;
  const double before = scan.calibration.prior.axial_mass;
  scan.agree();
  CHECK(scan.calibration.prior.axial_mass == Approx(0.62 * before).epsilon(0.03));
  CHECK(scan.calibration.masses_disagree);
}

TEST_CASE("Where those that lay alone disagree among themselves, the mass that most others have is the seeds'") {
  MassScan scan({1.0, 0.55, 0.58, 0.6, 0.6, 0.61, 0.62, 1.2});
  scan.calibration.prior.mass_log_sigma = 0.35;
  const double before = scan.calibration.prior.axial_mass;
  scan.agree();
  CHECK(scan.calibration.prior.axial_mass == Approx(0.6 * before).epsilon(0.03));
  CHECK(scan.calibration.prior.mass_log_sigma < 0.14);
  CHECK_FALSE(scan.calibration.masses_disagree);
}

TEST_CASE("Few objects, or of as many masses as there are, agree on nothing") {
  for (const auto& shares : {std::vector<double>{0.9, 0.9, 0.9}, std::vector<double>{0.3, 0.45, 0.68, 1.0, 1.5, 2.2}}) {
    MassScan scan(shares);
    const double before = scan.calibration.prior.axial_mass;
    scan.agree();
    CHECK(scan.calibration.prior.axial_mass == before);
    CHECK_FALSE(scan.calibration.masses_disagree);
  }
}

TEST_CASE("Where none lay alone and no mass is agreed on, each is as likely a seed as not") {
  const std::vector<double> shares{0.75, 0.8, 1.0, 1.0, 1.3, 1.35};
  for (const bool among_others : {false, true}) {
    MassScan scan(shares);
    scan.calibration.among_others = among_others;
    scan.agree();
    CHECK(scan.calibration.of_many_masses == among_others);
    const SeedAppearance look(scan.calibration.look);
    for (std::size_t g = 0; g < scan.groups.size(); ++g)
      judge_seeds(look, scan.calibration, SolidObjects(scan.calibration), scan.groups[g], scan.resolved[g]);
    tell_probabilities(scan.calibration, scan.resolved);
    const auto& confidence = scan.resolved[2].confidence;
    REQUIRE(confidence.size() == 1);
    if (among_others)
      CHECK((confidence[0] >= 0.5 && confidence[0] < 0.86));
    else
      CHECK(confidence[0] > 0.9);
  }
  // Neighbours that agree teach as lone ones do.
  MassScan scan({0.92, 0.95, 0.95, 0.96, 0.99, 0.4});
  scan.calibration.among_others = true;
  scan.agree();
  CHECK_FALSE(scan.calibration.of_many_masses);
}

TEST_CASE("A look that fits its own teachers badly has taught nothing, of how many masses they are") {
  for (const auto& shares : {std::vector<double>{0.97, 1.0, 1.02, 1.03, 0.45}, std::vector<double>{0.4, 0.6, 1.0, 1.5, 2.2}}) {
    MassScan struts(shares);
    struts.calibration.fits_badly = true;
    struts.agree();
    CHECK_FALSE(struts.calibration.taught_by_seeds());
    const SeedAppearance look(struts.calibration.look);
    const auto log_odds = [&](const ScanCalibration& c) {
      judge_seeds(look, c, SolidObjects(c), struts.groups[1], struts.resolved[1]);
      return struts.resolved[1].signs.at(0).log_odds;
    };
    const double doubted = log_odds(struts.calibration);
    struts.calibration.fits_badly = false;
    CHECK(log_odds(struts.calibration) - doubted == Approx(4.0));
  }
}

TEST_CASE("What goes because it weighs as two seeds leaves room for two, and what weighs as three for none") {
  for (const double share : {2.0, 3.0}) {
    CAPTURE(share);
    MassScan scan({share});
    scan.calibration.prior.mass_log_sigma = 0.1;
    ResolvedGroup& r = scan.resolved.front();
    r.count = {1, 1, 1};
    r.removal_cost = {5000.0};
    const SeedAppearance look(scan.calibration.look);
    keep_believable(look, scan.calibration, SolidObjects(scan.calibration), scan.groups.front(), {}, r);
    CHECK(r.seeds.empty());
    const auto open = std::count_if(r.possible.begin(), r.possible.end(), [](const PossibleSeed& p) { return p.open; });
    REQUIRE(open == (share < 2.5 ? 1 : 0));
    if (share < 2.5) CHECK(r.possible.front().count == 2);
    for (const PossibleSeed& p : r.possible)
      if (p.open) CHECK(p.seed.mass == Approx(scan.calibration.prior.axial_mass).epsilon(0.05));
    CHECK(r.count.high == (share < 2.5 ? 2 : 1));
  }
}

TEST_CASE("What goes because nothing taught the look stays in the upper end of the count") {
  for (const int taught : {3, 0}) {
    MassScan scan({0.36});
    scan.calibration.isolated = taught;
    ResolvedGroup& r = scan.resolved.front();
    r.count = {1, 1, 1};
    const SeedAppearance look(scan.calibration.look);
    keep_believable(look, scan.calibration, SolidObjects(scan.calibration), scan.groups.front(), {}, r);
    INFO(taught);
    CHECK(r.seeds.size() == (taught > 0 ? 1U : 0U));
    CHECK(r.possible.size() == (taught > 0 ? 0U : 1U));
    CHECK(r.count.high == 1);
  }
}

}  // namespace seedaudit::test
