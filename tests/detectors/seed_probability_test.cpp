// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_probability.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "detectors/needle_directions.h"
#include "detectors/seed_evidence.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

/// A seed that stands by itself, is of a seed's mass and fits, amid ten others of much the same direction.
SeedSigns clean_seed() { return {.log_odds = 5.4, .needed = 400.0, .independent = 1.0, .seeds_around = 10, .direction = 1.6}; }

double with(void (*change)(SeedSigns&)) {
  SeedSigns s = clean_seed();
  change(s);
  return seed_probability(s);
}

ScanCalibration taught() {
  ScanCalibration c;
  c.look.slice_mm = 1.0;
  c.prior.mass_log_sigma = 0.08;
  c.isolated = 8;
  c.typical_misfit = 0.12;
  return c;
}

FittedSeed usual_seed(const Eigen::Vector3d& at, const ScanCalibration& c, const SeedAppearance& look) {
  return {at, Eigen::Vector3d::UnitX(), c.prior.axial_mass * look.relative_mass(0.0)};
}

PossibleSeed possible_at(const Eigen::Vector3d& at, double log_odds) {
  return {{at, Eigen::Vector3d::UnitX(), 60000.0}, {.log_odds = log_odds, .needed = 100.0, .independent = 1.0}};
}

}  // namespace

TEST_CASE("A clean seed is sure, alone in a lung as well, but what is light, doubted or among look-alikes is less so") {
  const double clean = seed_probability(clean_seed());
  CHECK(clean > 0.99);
  CHECK(with([](SeedSigns& s) {
          s.seeds_around = 0;
          s.direction = NeedleDirections({}).log_density({});
        }) > 0.95);
  CHECK(with([](SeedSigns& s) { s.mass_log = -0.3; }) < clean);
  CHECK(with([](SeedSigns& s) { s.log_odds = 1.0; }) < clean);
  CHECK(with([](SeedSigns& s) { s.others_around = 10; }) < clean);
  CHECK(with([](SeedSigns& s) { s.needed = 20.0; }) < clean);
  CHECK(with([](SeedSigns& s) { s.direction = -2.0; }) < clean);
  CHECK(with([](SeedSigns& s) { s.direction = 2.0; }) > clean);
  // The same doubted object is likely a seed amid seeds, and likely none amid droplets.
  CHECK(with([](SeedSigns& s) { s.log_odds = -1.5; }) > 0.8);
  CHECK(with([](SeedSigns& s) {
          s.log_odds = -1.5;
          s.seeds_around = 2;
          s.others_around = 12;
        }) < 0.3);
}

TEST_CASE("What saves little is never taken for sure, whatever else it shows") {
  CHECK(with([](SeedSigns& s) { s.needed = 119.0; }) == Approx(0.95));
  CHECK(with([](SeedSigns& s) { s.needed = 121.0; }) > 0.98);
}

TEST_CASE("No sign decides alone beyond its bound") {
  CHECK(with([](SeedSigns& s) { s.needed = 1e9; }) == with([](SeedSigns& s) { s.needed = 3000.0; }));
  CHECK(with([](SeedSigns& s) { s.solid = -1e6; }) == with([](SeedSigns& s) { s.solid = 0.0; }));
  CHECK(with([](SeedSigns& s) { s.mass_log = -7.0; }) == with([](SeedSigns& s) { s.mass_log = -0.5; }));
}

TEST_CASE("What lies around is counted over the whole scan, each place once and nothing around itself") {
  const ScanCalibration calibration = taught();
  std::vector<ResolvedGroup> scan(2);
  scan[0].seeds = {{{0, 0, 0}, Eigen::Vector3d::UnitX(), 60000.0}, {{6, 0, 0}, Eigen::Vector3d::UnitX(), 60000.0}};
  scan[0].signs.assign(2, clean_seed());
  // Beside a believed seed; two in one place; one beyond 20 mm of the rest.
  scan[0].possible = {possible_at({1, 0, 0}, -1.0)};
  scan[1].possible = {possible_at({12, 0, 0}, -3.0), possible_at({13, 0, 0}, -2.0), possible_at({60, 0, 0}, -2.0)};
  tell_probabilities(calibration, scan);
  REQUIRE(scan[0].confidence.size() == 2);
  CHECK(scan[0].signs[0].seeds_around == 1);
  CHECK(scan[0].signs[0].others_around == 1);
  CHECK(scan[0].possible[0].confidence == 0.0);
  CHECK(scan[1].possible[0].confidence == 0.0);
  CHECK(scan[1].possible[1].signs.seeds_around == 2);
  CHECK(scan[1].possible[1].signs.others_around == 0);
  CHECK(scan[1].possible[2].signs.seeds_around == 0);
  CHECK(scan[1].possible[1].confidence > scan[1].possible[2].confidence);
  CHECK(scan[0].confidence[0] == seed_probability(scan[0].signs[0]));
}

TEST_CASE("Where nothing taught the look, what lies around tells nothing") {
  std::vector<ResolvedGroup> scan(1);
  scan[0].seeds.assign(1, {{0, 0, 0}, Eigen::Vector3d::UnitX(), 60000.0});
  scan[0].signs.assign(1, clean_seed());
  scan[0].signs[0].log_odds = 1.5;
  tell_probabilities({}, scan);
  CHECK(scan[0].confidence[0] == Approx(1.0 / (1.0 + std::exp(-1.5))));
}

TEST_CASE("What is more likely a seed than not is put in and fitted, what is less is taken out and kept as possible") {
  const ScanCalibration calibration = taught();
  const SeedAppearance look(calibration.look);
  const FittedSeed one = usual_seed({-6.0, 0.0, 0.2}, calibration, look), two = usual_seed({6.0, 0.0, 0.2}, calibration, look);
  const SeedGroup group = group_of(look, {one, two}, {});
  const SolidObjects solids(calibration);
  ResolvedGroup r;
  FittedSeed off = two;
  off.center_mm[0] += 0.3;
  r.seeds = {one};
  r.doubted = {off};
  r.signs = {clean_seed()};
  r.confidence = {0.99};
  r.possible = {{off, clean_seed(), 1, true, 0.9}};
  r.count = {1, 1, 2};
  change_beliefs(look, calibration, solids, group, {}, r);
  REQUIRE(r.seeds.size() == 2);
  CHECK((r.seeds[1].center_mm - two.center_mm).norm() < 0.1);
  CHECK(r.signs.size() == 2);
  CHECK(r.doubted.empty());
  CHECK(r.possible.empty());
  CHECK(r.count.best == 2);
  CHECK(r.count.high == 2);

  r.confidence = {0.99, 0.2};
  change_beliefs(look, calibration, solids, group, {}, r);
  REQUIRE(r.seeds.size() == 1);
  CHECK((r.seeds[0].center_mm - one.center_mm).norm() < 0.1);
  REQUIRE(r.possible.size() == 1);
  CHECK(r.possible[0].confidence == 0.2);
  CHECK(r.count.best == 1);

  // Near a half the search's answer stays, and where nothing taught the look no chance is asked.
  r.possible[0].confidence = 0.5;
  r.confidence = {0.45};
  change_beliefs(look, calibration, solids, group, {}, r);
  CHECK(r.seeds.size() == 1);
  r.confidence = {0.1};
  change_beliefs(look, ScanCalibration{}, solids, group, {}, r);
  CHECK(r.seeds.size() == 1);
}

}  // namespace seedaudit::test
