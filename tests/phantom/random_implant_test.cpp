// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/random_implant.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace seedaudit;

namespace {

double surface_gap(const PlacedSeed& a, const PlacedSeed& b) { return surface_gap_mm({}, a.center, a.axis, b.center, b.axis); }

}  // namespace

TEST_CASE("random implants hold what was asked: number, box, clusters that touch, others apart") {
  std::map<std::string, std::set<std::size_t>> sizes;
  double steepest = 0.0, flattest = 1.0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    RandomImplantOptions o;
    o.seeds = seed == 1 ? 119 : 5 + static_cast<int>(seed) * 2;
    o.clustered_fraction = 0.8;
    o.stray = seed % 5 == 0;
    const auto p = random_implant(o, {}, seed);
    REQUIRE(p);
    const auto& seeds = p->seeds;
    REQUIRE(static_cast<int>(seeds.size()) == o.seeds + (o.stray ? 1 : 0));
    std::vector<int> cluster_of(seeds.size(), -1);
    for (std::size_t n = 0; n < p->clusters.size(); ++n) {
      const auto& [kind, ids] = p->clusters[n];
      sizes[kind].insert(ids.size());
      CHECK(ids.size() >= 2);
      CHECK(ids.size() <= 8);
      for (const int id : ids) {
        CHECK(cluster_of[static_cast<std::size_t>(id)] == -1);
        cluster_of[static_cast<std::size_t>(id)] = static_cast<int>(n);
      }
    }
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const Eigen::Vector3d end = seeds[i].center.cwiseAbs() + 2.25 * seeds[i].axis.cwiseAbs();
      CHECK((o.half_box_mm - end).minCoeff() > 0.0);
      steepest = std::max(steepest, std::abs(seeds[i].axis.z()));
      flattest = std::min(flattest, std::abs(seeds[i].axis.z()));
      double own = 99.0, other = 99.0;
      for (std::size_t j = 0; j < seeds.size(); ++j) {
        if (i == j) continue;
        double& least = cluster_of[i] >= 0 && cluster_of[i] == cluster_of[j] ? own : other;
        least = std::min(least, surface_gap(seeds[i], seeds[j]));
      }
      CHECK(other >= o.minimum_gap_mm);
      CHECK(own > 0.0);
      // Members of a cluster are nearer than the 1 mm by which the program joins them.
      if (cluster_of[i] >= 0) CHECK(own < 1.0);
    }
    if (o.stray) {
      CHECK(seeds.back().migrated);
      CHECK(cluster_of.back() == -1);
    }
  }
  for (const char* kind : {"rod", "pair", "T", "X", "chain"}) CHECK(sizes.count(kind) == 1);
  CHECK(*sizes["rod"].rbegin() >= 6);
  CHECK(*sizes["pair"].rbegin() == 2);
  CHECK(steepest > 0.98);
  CHECK(flattest < 0.05);
}

TEST_CASE("a random implant repeats for its seed") {
  const auto a = random_implant({}, {}, 4), b = random_implant({}, {}, 4), c = random_implant({}, {}, 5);
  REQUIRE(a);
  for (std::size_t i = 0; i < a->seeds.size(); ++i) CHECK(a->seeds[i].center == b->seeds[i].center);
  CHECK(a->seeds[0].center != c->seeds[0].center);
}

TEST_CASE("random implants refuse what cannot be") {
  RandomImplantOptions o;
  o.seeds = 0;
  CHECK(random_implant(o, {}, 1).error().code == ErrorCode::invalid_option);
  o = {};
  o.clustered_fraction = 1.5;
  CHECK(random_implant(o, {}, 1).error().what.find("1.5") != std::string::npos);
  o = {};
  o.seeds = 300;
  o.half_box_mm = {8, 8, 8};
  CHECK(random_implant(o, {}, 1).error().code == ErrorCode::bad_scenario);
}
