// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_evidence.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

/// What is believed of seeds that are there, with these masses over the usual one.
ResolvedGroup believed(const std::vector<Eigen::Vector3d>& centers_mm, const Eigen::Vector3d& axis, const std::vector<double>& mass) {
  ScanCalibration calibration;
  calibration.look.slice_mm = 1.0;
  calibration.look.hardening_per_mm = 0.0;
  calibration.prior.mass_log_sigma = 0.08;
  calibration.isolated = 8;
  calibration.typical_misfit = 0.12;
  const SeedAppearance look(calibration.look);
  std::vector<FittedSeed> seeds;
  for (std::size_t n = 0; n < mass.size(); ++n)
    seeds.push_back({centers_mm[n], axis, mass[n] * calibration.prior.axial_mass * look.relative_mass(axis[2])});
  const SeedGroup group = group_of(look, seeds, {});
  ResolvedGroup r;
  r.seeds = seeds;
  SeedPrior vague = calibration.prior;  // as masses were known when the group was explained
  vague.mass_log_sigma = 0.35;
  refit_group(look, vague, group, {}, r);
  const SolidObjects solids(calibration);
  keep_believable(look, calibration, solids, group, {}, r);
  return r;
}

/// A scan whose seeds taught a look that fits them.
ScanCalibration well_learned() {
  ScanCalibration c;
  c.look.slice_mm = 1.0;
  c.prior.mass_log_sigma = 0.08;
  c.isolated = 8;
  c.typical_misfit = 0.05;
  return c;
}

}  // namespace

TEST_CASE("A light neighbour does not take the seeds of its needle with it") {
  std::vector<Eigen::Vector3d> at;
  for (double x : {-9.4, -4.7, 0.0, 4.7}) at.emplace_back(x, 0.3, 0.2);
  const ResolvedGroup r = believed(at, Eigen::Vector3d::UnitX(), {0.6, 0.88, 0.88, 0.88});
  CHECK(r.seeds.size() >= 3);
  for (std::size_t n = 1; n < at.size(); ++n)
    CHECK(std::any_of(r.seeds.begin(), r.seeds.end(), [&](const FittedSeed& s) { return (s.center_mm - at[n]).norm() < 0.5; }));
}

TEST_CASE("The legs of a clip are light together, and none of them is a seed") {
  const ResolvedGroup r = believed({{0.0, -0.6, 0.2}, {0.0, 0.6, 0.2}}, Eigen::Vector3d::UnitX(), {0.7, 0.7});
  CHECK(r.seeds.empty());
}

TEST_CASE("Where one thick rod explains two that touch better, neither is a seed, and there is room for both") {
  const ScanCalibration calibration = well_learned();
  const SeedAppearance look(calibration.look);
  AppearanceParameters thick = calibration.look;
  thick.blur_mm = std::hypot(thick.blur_mm, 0.1);
  thick.slice_blur_mm = std::hypot(thick.slice_blur_mm, 0.1);
  const double mass = calibration.prior.axial_mass * look.relative_mass(0.0);
  // Two that touch weigh less than two: each shades the other.
  const SeedGroup group = group_of(SeedAppearance(thick), {{{0.1, 0.0, 0.1}, Eigen::Vector3d::UnitX(), 1.8 * mass}}, {});
  ResolvedGroup r;
  for (const double y : {-0.5, 0.5}) r.seeds.push_back({{0.1, y, 0.1}, Eigen::Vector3d::UnitX(), mass});
  refit_group(look, calibration.prior, group, {}, r);
  keep_believable(look, calibration, SolidObjects(calibration), group, {}, r);
  CHECK(r.seeds.empty());
  CHECK(r.possible.size() == 2);
  CHECK(r.count.high == 2);
}

TEST_CASE("What nothing but its misfit speaks against is no seed, and there is room for it") {
  const ScanCalibration calibration = well_learned();
  const SeedAppearance look(calibration.look);
  AppearanceParameters narrower = calibration.look;
  narrower.blur_mm *= 0.67;
  const double mass = calibration.prior.axial_mass * look.relative_mass(0.0);
  const auto believed_of = [&](double mass_over_usual) {
    const FittedSeed truth{{0.1, 0.0, 0.1}, Eigen::Vector3d::UnitX(), mass_over_usual * mass};
    const SeedGroup group = group_of(SeedAppearance(narrower), {truth}, {});
    ResolvedGroup r;
    r.seeds.push_back(truth);
    refit_group(look, calibration.prior, group, {}, r);
    CHECK(relative_misfit(look, group.site, r.seeds, r.seeds.front()) > 0.3);
    keep_believable(look, calibration, SolidObjects(calibration), group, {}, r);
    return r;
  };
  const ResolvedGroup usual = believed_of(1.0);
  CHECK(usual.seeds.empty());
  CHECK(usual.count.high == 1);
  // Of another mass as well it is another thing.
  const ResolvedGroup heavy = believed_of(1.5);
  CHECK(heavy.seeds.empty());
  CHECK(heavy.count.high == 0);
}

}  // namespace seedaudit::test
