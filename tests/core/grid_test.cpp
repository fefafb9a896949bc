// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/grid.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace seedaudit;

namespace {

Eigen::Matrix3d prone() {
  Eigen::Matrix3d d;  // columns: i to the left's opposite, j to the front, k to the head
  d << -1, 0, 0, 0, -1, 0, 0, 0, 1;
  return d;
}

}  // namespace

TEST_CASE("an integer index is the centre of its voxel, in any patient position") {
  const auto g = GridGeometry<CtFrame>::make({4, 5, 6}, {0.5, 0.7, 2.5}, {{10.0, 20.0, -30.0}}, prone());
  REQUIRE(g.ok());
  CHECK((g->center_of({0, 0, 0}).mm - Eigen::Vector3d(10.0, 20.0, -30.0)).norm() < 1e-12);
  CHECK((g->center_of({1, 2, 3}).mm - Eigen::Vector3d(9.5, 18.6, -22.5)).norm() < 1e-12);
  const Point<CtFrame> p{{9.3, 19.1, -25.0}};
  CHECK((g->point_at(g->index_of(p)).mm - p.mm).norm() < 1e-12);
}

TEST_CASE("a grid covers half a voxel beyond its outer centres and no more") {
  const auto g = GridGeometry<CtFrame>::make({2, 2, 2}, {1.0, 1.0, 1.0}, {}, Eigen::Matrix3d::Identity());
  REQUIRE(g.ok());
  CHECK(g->covers({{-0.49, 0.0, 1.49}}));
  CHECK_FALSE(g->covers({{-0.51, 0.0, 0.0}}));
  CHECK_FALSE(g->covers({{0.0, 0.0, 1.51}}));
  CHECK_FALSE(g->covers({{std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0}}));
}

TEST_CASE("voxels are stored i fastest") {
  const auto g = GridGeometry<CtFrame>::make({4, 5, 6}, {1, 1, 1}, {}, Eigen::Matrix3d::Identity());
  REQUIRE(g.ok());
  CHECK(g->offset(1, 0, 0) == 1);
  CHECK(g->offset(0, 1, 0) == 4);
  CHECK(g->offset(0, 0, 1) == 20);
  CHECK(g->voxel_count() == 120);
}

TEST_CASE("a grid is valid or not made: inconsistent_geometry") {
  const Eigen::Matrix3d id = Eigen::Matrix3d::Identity();
  const auto code = [](const auto& r) { return r.ok() ? ErrorCode::internal : r.error().code; };
  CHECK(code(GridGeometry<CtFrame>::make({0, 1, 1}, {1, 1, 1}, {}, id)) == ErrorCode::inconsistent_geometry);
  CHECK(code(GridGeometry<CtFrame>::make({1, 1, 1}, {1, -1, 1}, {}, id)) == ErrorCode::inconsistent_geometry);
  CHECK(code(GridGeometry<CtFrame>::make({1, 1, 1}, {1, std::nan(""), 1}, {}, id)) == ErrorCode::inconsistent_geometry);
  CHECK(code(GridGeometry<CtFrame>::make({1, 1, 1}, {1, 1, 1}, {{std::nan(""), 0, 0}}, id)) == ErrorCode::inconsistent_geometry);
  Eigen::Matrix3d left_handed = id;
  left_handed(2, 2) = -1;
  CHECK(code(GridGeometry<CtFrame>::make({1, 1, 1}, {1, 1, 1}, {}, left_handed)) == ErrorCode::inconsistent_geometry);
  Eigen::Matrix3d sheared = id;
  sheared(0, 1) = 0.1;
  CHECK(code(GridGeometry<CtFrame>::make({1, 1, 1}, {1, 1, 1}, {}, sheared)) == ErrorCode::inconsistent_geometry);
}
