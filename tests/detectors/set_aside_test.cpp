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
    s.confidence = 0.9;
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
  set_aside(d, {3}, "already_preop", {});
  REQUIRE(d.seeds.size() == 4);
  for (std::size_t n = 0; n < d.seeds.size(); ++n) CHECK(d.seeds[n].id == static_cast<int>(n) + 1);
  CHECK(d.clusters.size() == 2);
  CHECK(d.rejected.size() == 1);
  CHECK(d.count.best == 4);
  CHECK(d.count.low == 4);
  CHECK(d.count.high == 5);
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
  d.possible.resize(2);
  d.possible[1].excess_mass_hu_mm3 = 50000.0;
  set_aside(d, {4}, "already_preop", {});
  CHECK(d.count.best == 3);
  CHECK(d.count.high == 3 + 1 + 2);
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  forget_possible(d, [](const DetectedSeed& s) { return s.excess_mass_hu_mm3 > 0.0; });
  CHECK(d.possible.size() == 1);
  CHECK(d.count.high == 3 + 1 + 1);
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

TEST_CASE("Of many unsure seeds the lower end of the count leaves out as many as may be none, of doubted ones all") {
  // Each by itself, so that no cluster adds a doubt; the last is set aside.
  const auto lower_end = [](int n, double confidence) {
    Detection d;
    for (int i = 0; i <= n; ++i) {
      DetectedSeed& s = d.seeds.emplace_back();
      s.id = i + 1;
      s.pose = {{{0.0, 20.0 * i, 0.0}}, {Eigen::Vector3d::UnitX()}};
      s.confidence = confidence;
    }
    set_aside(d, {n + 1}, "review", {});
    return d.count.low;
  };
  // Binomial, 0.15: of one none in 0.85, at most one in 1.0; of 13 at most three in 0.882, four in 0.966.
  CHECK(lower_end(1, 0.85) == 0);
  CHECK(lower_end(13, 0.85) == 9);
  CHECK(lower_end(13, 0.79) == 0);
  CHECK(lower_end(13, 0.87) == 13);
}

TEST_CASE("Unsure seeds across or beside each other are none together, those end to end are none each by itself") {
  const auto lower_end = [](double apart_mm) {
    Detection d;
    for (int i = 0; i < 4; ++i) {
      DetectedSeed& s = d.seeds.emplace_back();
      s.id = i + 1;
      s.pose = {{{0.0, apart_mm * i, i < 3 ? 0.0 : 50.0}}, {Eigen::Vector3d::UnitX()}};
      s.confidence = i < 3 ? 0.85 : 0.99;
    }
    set_aside(d, {4}, "review", {});
    return d.count.low;
  };
  CHECK(lower_end(3.5) == 0);  // legs and bow of a clip
  CHECK(lower_end(4.8) == 1);  // binomial, 0.15: at most one of three in 0.939, two in 0.997
  CHECK(lower_end(20.0) == 1);
}
