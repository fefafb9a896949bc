// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "detectors/set_aside.h"

using namespace seedaudit;

namespace {

/// Seeds along x, 4.8 mm apart end to end: one cluster of all, which may hold one less and one more.
Detection needle_of(int n) {
  Detection d;
  Cluster all;
  all.id = 1;
  for (int i = 0; i < n; ++i) {
    DetectedSeed s;
    s.id = i + 1;
    s.pose = {{{4.8 * i, 0.0, 10.0}}, {Eigen::Vector3d::UnitX()}};
    s.cluster_id = 1;
    s.confidence = 0.99;
    d.seeds.push_back(s);
    all.seed_ids.push_back(s.id);
  }
  all.count = {n, n - 1, n + 1};
  d.clusters.push_back(all);
  d.count = all.count;
  d.learned_from = 4;
  d.outcome = {OutcomeKind::ok, ""};
  return d;
}

}  // namespace

TEST_CASE("Setting the middle of a needle aside leaves two clusters, and the doubt goes with it") {
  Detection d = needle_of(5);
  d.seeds[2].confidence = 0.6;
  set_aside(d, {3}, "already_preop", {});
  REQUIRE(d.seeds.size() == 4);
  for (std::size_t n = 0; n < d.seeds.size(); ++n) CHECK(d.seeds[n].id == static_cast<int>(n) + 1);
  CHECK(d.clusters.size() == 2);
  CHECK(d.rejected.size() == 1);
  CHECK(d.count.best == 4);
  CHECK(d.count.low == 4);
  CHECK(d.count.high == 4);
}

TEST_CASE("Setting nothing or unknown seeds aside changes nothing") {
  Detection d = needle_of(3);
  set_aside(d, {}, "already_preop", {});
  set_aside(d, {17}, "already_preop", {});
  CHECK(d.seeds.size() == 3);
  CHECK(d.rejected.empty());
  CHECK(d.count.low == 2);
  CHECK(d.count.high == 4);
}

TEST_CASE("What may be a seed where none was found stays part of the count") {
  Detection d = needle_of(4);
  d.possible.resize(3);
  for (auto& p : d.possible) p.confidence = 0.25;
  d.possible[1].excess_mass_hu_mm3 = d.possible[2].excess_mass_hu_mm3 = 50000.0;
  set_aside(d, {4}, "already_preop", {});
  CHECK(d.count.best == 3);
  CHECK(d.count.low == 3);
  CHECK(d.count.high == 3 + 3);  // all three in 0.035: 1/6 of 0.528^3, 2/3 of 0.25^3
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  forget_possible(d, [](const DetectedSeed& s) { return s.excess_mass_hu_mm3 > 0.0; });
  CHECK(d.possible.size() == 1);
  CHECK(d.count.high == 3 + 1);
  CHECK(d.outcome.kind == OutcomeKind::ok);
}

TEST_CASE("A doubt that no count tells outlives what is set aside") {
  Detection d = needle_of(5);
  d.doubt = "learned among other objects";
  d.outcome = {OutcomeKind::low_confidence, d.doubt};
  set_aside(d, {5}, "already_preop", {});
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  CHECK(d.outcome.why == d.doubt);
}

TEST_CASE("No seed but an object that may be one is no clean zero, until the object is known to be none") {
  Detection d = needle_of(1);
  d.possible.resize(1);
  d.possible[0].confidence = 0.3;
  set_aside(d, {1}, "already_preop", {});
  CHECK(d.seeds.empty());
  CHECK(d.count.high == 1);
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  forget_possible(d, [](const DetectedSeed&) { return true; });
  CHECK(d.count.high == 0);
  CHECK(d.outcome.kind == OutcomeKind::ok);
}

TEST_CASE("Setting all aside leaves no seed and a count of none") {
  Detection d = needle_of(2);
  set_aside(d, {1, 2}, "already_preop", {});
  CHECK(d.seeds.empty());
  CHECK(d.clusters.empty());
  CHECK(d.count.best == 0);
  CHECK(d.count.high == 0);
}

namespace {

/// Lower end of the count of n seeds 20 mm apart, each believed as much.
int lower_end(int n, double confidence, bool all_alike = false) {
  Detection d;
  d.all_alike = all_alike;
  for (int i = 0; i <= n; ++i) {
    DetectedSeed& s = d.seeds.emplace_back();
    s.id = i + 1;
    s.pose = {{{0.0, 20.0 * i, 0.0}}, {Eigen::Vector3d::UnitX()}};
    s.confidence = confidence;
  }
  set_aside(d, {n + 1}, "review", {});
  return d.count.low;
}

}  // namespace

TEST_CASE("Of many unsure seeds the lower end of the count leaves out as many as may be none, of sure ones none") {
  CHECK(lower_end(1, 0.85) == 0);
  // In one scan of six the look is off by 1.73 x 0.7 in log odds, 0.85 is 0.628 then, and of 13 at most five are seeds in 0.066 (six in
  // 0.17): over all scans in 0.011 and 0.029. 0.95 is 0.850: at most nine in 0.022, ten in 0.068.
  CHECK(lower_end(13, 0.85) == 6);
  CHECK(lower_end(13, 0.95) == 10);
  CHECK(lower_end(13, 0.97) == 13);
  CHECK(lower_end(119, 0.97) == 119);
}

TEST_CASE("Where all are seeds or none, the lower end of the count holds the sure ones alone, the upper all that may be") {
  CHECK(lower_end(13, 0.85, true) == 0);
  CHECK(lower_end(13, 0.87, true) == 13);
  Detection d = needle_of(2);
  d.all_alike = true;
  d.possible.resize(40);
  for (auto& p : d.possible) p.confidence = 0.05;
  set_aside(d, {2}, "review", {});
  CHECK(d.count.high == 41);
}

TEST_CASE("Searches that were cut short widen the count whatever the chances") {
  Detection d = needle_of(5);
  d.fewer = 2;
  d.more = 3;
  set_aside(d, {5}, "review", {});
  CHECK(d.count.low == 2);
  CHECK(d.count.high == 7);
}
