// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "detectors/seed_evidence.h"
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
    const auto confidence = confidence_of(look, scan.calibration, SolidObjects(scan.calibration), scan.groups[2], scan.resolved[2]);
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

TEST_CASE("Under a look that fits badly, what lies alone and is of one mass stays, and none of it is sure") {
  MassScan seeds({0.97, 1.0, 1.02, 1.03, 0.45});
  seeds.calibration.fits_badly = true;
  seeds.agree();
  CHECK(seeds.calibration.one_mass);
  const SeedAppearance look(seeds.calibration.look);
  const auto confidence = confidence_of(look, seeds.calibration, SolidObjects(seeds.calibration), seeds.groups[1], seeds.resolved[1]);
  CHECK((confidence[0] >= 0.5 && confidence[0] < 0.86));
  // Pieces of wire: each of another mass, or too few of one.
  for (const auto& shares :
       {std::vector<double>{0.4, 0.6, 1.0, 1.5, 2.2}, std::vector<double>{1.0, 1.0, 1.0, 1.0, 0.3, 0.4, 0.5, 2.0, 2.5, 3.0}}) {
    MassScan pieces(shares);
    pieces.calibration.fits_badly = true;
    pieces.agree();
    CHECK_FALSE(pieces.calibration.one_mass);
  }
}

TEST_CASE("A wrong look weighs tilts wrongly: masses that differ by a third may be one") {
  MassScan some({0.85, 0.9, 1.0, 1.15, 0.45, 0.3});
  some.calibration.fits_badly = true;
  some.agree();
  CHECK(some.calibration.fits_badly);
  CHECK(some.calibration.one_mass);
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
