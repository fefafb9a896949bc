// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/needle_way.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/implant_case.h"
#include "tests/pipeline/small_case.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

/// A round body of water of radius 90 mm in 200 mm of air; the target is a ball of 14 mm at x = 30.
struct Scene {
  std::vector<CtVolume> series;
  StructureVolume<CtFrame> target = StructureVolume<CtFrame>::make(sphere<CtFrame>("CTV", "CTV", {30.0, 0.0, 0.0}, 14.0)).value();
  std::vector<DoseSeed<CtFrame>> seeds;
  Scene() { series.push_back(water_body(2.0, 100, 60)); }
  void add_seeds(const Eigen::Vector3d& axis) {
    for (int n = -2; n <= 2; ++n) seeds.push_back({{{30.0, 5.0 * n, 0.0}}, Axis<CtFrame>{axis}, AirKermaU{0.5}});
  }
};

}  // namespace

TEST_CASE("way in: from the given entry, else along the seeds' axes, else from the nearest skin") {
  Scene s;
  const auto given = way_into(s.series, s.target, s.seeds, Point<CtFrame>{{30.0, -80.0, 0.0}});
  REQUIRE(given);
  CHECK((given->direction - Eigen::Vector3d::UnitY()).norm() < 1e-9);
  const auto nearest = way_into(s.series, s.target, {}, std::nullopt);
  REQUIRE(nearest);
  // The skin is nearest towards +x: needles go towards -x.
  CHECK((nearest->direction + Eigen::Vector3d::UnitX()).norm() < 1e-9);
  s.add_seeds(Eigen::Vector3d(0.05, 1.0, 0.0).normalized());
  const auto along = way_into(s.series, s.target, s.seeds, std::nullopt);
  REQUIRE(along);
  CHECK(std::abs(along->direction.y()) > 0.99);
  // The skin of a body of 90 mm radius at x = 30 is at y = -sqrt(8100 - 900) = -84.9; voxels of 2 mm.
  const auto skin = along->skin({{30.0, 0.0, 0.0}}, Eigen::Vector3d::UnitY());
  REQUIRE(skin);
  CHECK(std::abs(skin->mm.y() + 84.9) < 3.0);
  CHECK_FALSE(way_into(s.series, StructureVolume<CtFrame>::make(sphere<CtFrame>("far", "CTV", {900.0, 0.0, 0.0}, 10.0)).value(), {}, {}));
}

TEST_CASE("way in: bone stops a needle, metal of seeds and dense matter in the target do not") {
  Scene s;
  s.add_seeds(Eigen::Vector3d::UnitY());
  CtVolume& ct = s.series.front();
  const auto set = [&](const Eigen::Vector3d& mm, int hu) {
    const Eigen::Vector3d x = ct.grid.index_of(Point<CtFrame>{mm});
    ct.hu[ct.grid.offset(static_cast<int>(std::lround(x[0])), static_cast<int>(std::lround(x[1])), static_cast<int>(std::lround(x[2])))] =
        static_cast<std::int16_t>(hu);
  };
  set({31.0, -61.0, 1.0}, 900);
  set({31.0, 1.0, 1.0}, 3000);
  set({21.0, 1.0, 1.0}, 900);
  const auto way = way_into(s.series, s.target, s.seeds, std::nullopt);
  REQUIRE(way);
  CHECK(way->blocked({{31.0, -61.0, 1.0}}));
  CHECK_FALSE(way->blocked({{31.0, -55.0, 1.0}}));
  CHECK_FALSE(way->blocked({{31.0, 1.0, 1.0}}));
  CHECK_FALSE(way->blocked({{21.0, 1.0, 1.0}}));
}

TEST_CASE("way in: where the image ends in the body there is no skin") {
  Scene s;
  s.series.clear();
  s.series.push_back(water_body(2.0, 100, 20));  // 40 mm high: up and down the body goes on
  const auto way = way_into(s.series, s.target, {}, std::nullopt);
  REQUIRE(way);
  CHECK_FALSE(way->skin({{30.0, 0.0, 0.0}}, Eigen::Vector3d::UnitZ()));
}
