// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "pipeline/given_seeds.h"
#include "pipeline/needle_tracks.h"
#include "pipeline/tissue_regions.h"
#include "tests/pipeline/small_case.h"

using namespace seedaudit;

TEST_CASE("needle tracks reach 10 mm beyond their seeds, the line has no end") {
  const auto track = track_through(3, {{{0, 0, 0}}, {{0, 0, 10}}, {{0, 0, 20}}});
  REQUIRE(track);
  CHECK(track->needle == 3);
  REQUIRE(track->axis);
  CHECK(std::abs(track->axis->unit[2]) > 1.0 - 1e-12);
  CHECK(std::abs(distance_to_track_mm(*track, {{3, 4, 5}}) - 5.0) < 1e-9);
  CHECK(distance_to_track_mm(*track, {{0, 0, 30}}) < 1e-9);
  CHECK(std::abs(distance_to_track_mm(*track, {{0, 0, 35}}) - 5.0) < 1e-9);
  CHECK(std::abs(*distance_to_line_mm(*track, {{3, 4, 500}}) - 5.0) < 1e-9);
  CHECK_FALSE(track_through(0, {{{1, 2, 3}}}));
  CHECK_FALSE(track_through(0, {{{1, 2, 3}}, {{1, 2, 3.5}}}));
}

TEST_CASE("a needle of one seed takes the seed's own axis, or is a point") {
  ImplantPlan plan;
  plan.seeds.resize(1);
  plan.seeds[0].center = {{1, 2, 3}};
  auto tracks = planned_tracks(plan, {});
  REQUIRE(tracks.size() == 1);
  CHECK_FALSE(tracks[0].axis);
  CHECK(std::abs(distance_to_track_mm(tracks[0], {{1, 2, 8}}) - 5.0) < 1e-12);
  CHECK_FALSE(distance_to_line_mm(tracks[0], {{1, 2, 8}}));
  plan.seeds[0].axis = Axis<PlanFrame>{Eigen::Vector3d::UnitX()};
  tracks = planned_tracks(plan, {});
  CHECK(distance_to_track_mm(tracks[0], {{11, 2, 3}}) < 1e-12);
}

TEST_CASE("surfaces of two capsules: end to end, side by side, crossing") {
  const DetectorOptions capsule;  // 4.5 x 0.8 mm
  const Axis<CtFrame> z{Eigen::Vector3d::UnitZ()}, x{Eigen::Vector3d::UnitX()};
  CHECK(std::abs(capsule_gap_mm({{0, 0, 0}}, z, {{0, 0, 5}}, z, capsule) - 0.5) < 1e-12);
  CHECK(std::abs(capsule_gap_mm({{0, 0, 0}}, z, {{3, 0, 0}}, z, capsule) - 2.2) < 1e-12);
  CHECK(std::abs(capsule_gap_mm({{0, 0, 0}}, z, {{0, 1, 0}}, x, capsule) - 0.2) < 1e-12);
  CHECK(std::abs(capsule_gap_mm({{0, 0, 0}}, {}, {{0, 0, 5}}, {}, capsule) - 4.2) < 1e-12);
}

TEST_CASE("given seeds keep their order and form clusters below 1 mm") {
  std::vector<GivenSeed> list(4);
  list[0].center = {{0, 0, 0}};
  list[1].center = {{20, 0, 0}};
  list[2].center = {{0, 0, 5}};
  list[3].center = {{0, 0, 10}};
  for (auto& s : list) s.axis = Axis<CtFrame>{Eigen::Vector3d::UnitZ()};
  const Detection d = detection_of(list, {});
  REQUIRE(d.seeds.size() == 4);
  REQUIRE(d.clusters.size() == 2);
  CHECK(d.seeds[0].cluster_id == d.seeds[2].cluster_id);
  CHECK(d.seeds[2].cluster_id == d.seeds[3].cluster_id);
  CHECK(d.seeds[1].cluster_id != d.seeds[0].cluster_id);
  CHECK(d.clusters[0].count.best == 3);
  CHECK(d.count.low == 4);
  CHECK(d.count.high == 4);
  for (int n = 0; n < 4; ++n) CHECK(d.seeds[static_cast<std::size_t>(n)].id == n + 1);
}

namespace {

void fill_ball(CtVolume& ct, const Eigen::Vector3d& center, double radius_mm, std::int16_t hu) {
  for (int k = 0; k < ct.grid.size()[2]; ++k)
    for (int j = 0; j < ct.grid.size()[1]; ++j)
      for (int i = 0; i < ct.grid.size()[0]; ++i)
        if ((ct.grid.center_of({i, j, k}).mm - center).norm() < radius_mm) ct.hu[ct.grid.offset(i, j, k)] = hu;
}

}  // namespace

TEST_CASE("region around a place: tissue, lung, bone, outside, not covered gives nothing") {
  std::vector<CtVolume> series;
  series.push_back(test::water_body(2.0, 90, 40));
  CtVolume& ct = series.front();
  fill_ball(ct, {30, 0, 0}, 15, -780);
  fill_ball(ct, {-30, 0, 0}, 12, 500);
  // A seed in the middle of lung must not hide it.
  fill_ball(ct, {30, 0, 0}, 2.5, 3000);
  CHECK(region_around(series, {{0, 0, 0}}) == TissueRegion::tissue);
  CHECK(region_around(series, {{30, 0, 0}}) == TissueRegion::lung);
  CHECK(region_around(series, {{-30, 0, 0}}) == TissueRegion::bone);
  CHECK(region_around(series, {{-75, -75, 0}}) == TissueRegion::outside);
  CHECK_FALSE(region_around(series, {{0, 0, 500}}));
}

TEST_CASE("coverage: target, surroundings as far as the body reaches, and lungs that end in the scan") {
  std::vector<CtVolume> series;
  series.push_back(test::water_body(4.0, 60, 80));  // 240 x 240 x 320 mm
  CtVolume& ct = series.front();
  Box<CtFrame> target;
  target.include({{-15, -15, -15}});
  target.include({{15, 15, 15}});
  Coverage c = coverage_of(series, target, 100.0);
  CHECK(c.target);
  CHECK(c.surroundings);  // sideways the body ends inside the image
  CHECK_FALSE(c.lungs);   // there is no lung at all
  fill_ball(ct, {40, 0, 60}, 45, -800);
  CHECK(coverage_of(series, target, 100.0).lungs);
  fill_ball(ct, {40, 0, 140}, 45, -800);  // and reaches the uppermost slice
  CHECK_FALSE(coverage_of(series, target, 100.0).lungs);
  Box<CtFrame> low = target;
  low.include({{0, 0, -100}});
  c = coverage_of(series, low, 100.0);
  CHECK(c.target);
  CHECK_FALSE(c.surroundings);
  low.include({{0, 0, -400}});
  CHECK_FALSE(coverage_of(series, low, 100.0).target);
  CHECK_FALSE(coverage_of({}, target, 100.0).target);
}

TEST_CASE(
    "coverage: a gap between chest and abdomen is not covered, in the target as beside it, where they overlap or meet there is none") {
  // Two scans of one body, 160 mm each, whose middles lie `apart` from each other.
  const auto pair_of = [](double apart_mm, double shift_mm) {
    std::vector<CtVolume> series;
    for (const double side : {-0.5, 0.5}) {
      CtVolume ct = test::water_body(4.0, 60, 40);
      Point<CtFrame> origin = ct.grid.center_of({0, 0, 0});
      origin.mm[2] += side * apart_mm + shift_mm;
      ct.grid = GridGeometry<CtFrame>::make(ct.grid.size(), ct.grid.spacing_mm(), origin, ct.grid.direction()).value();
      series.push_back(std::move(ct));
    }
    return series;
  };
  Box<CtFrame> target;
  target.include({{-15, -15, -15}});
  target.include({{15, 15, 15}});
  for (const double meets : {120.0, 160.0}) CHECK(coverage_of(pair_of(meets, 7.0), target, 60.0).target);
  CHECK(coverage_of(pair_of(160.0, 7.0), target, 60.0).surroundings);
  // 8 mm, between the middle and the upper face of the target.
  CHECK_FALSE(coverage_of(pair_of(168.0, 7.0), target, 60.0).target);
  const Coverage beside = coverage_of(pair_of(168.0, 40.0), target, 60.0);
  CHECK(beside.target);
  CHECK_FALSE(beside.surroundings);
}
