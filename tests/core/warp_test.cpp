// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/warp.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

namespace seedaudit {
namespace {

using Field = DisplacementField<CtFrame, PlanFrame>;

GridGeometry<PlanFrame> grid() {
  return GridGeometry<PlanFrame>::make({41, 41, 41}, {3.0, 3.0, 3.0}, {{-60.0, -60.0, -60.0}}, Eigen::Matrix3d::Identity()).value();
}

/// amplitude * sin(x / 20) along z.
Warp<CtFrame, PlanFrame> wavy(double amplitude_mm) {
  const auto g = grid();
  std::vector<Eigen::Vector3f> mm(g.voxel_count());
  for (int k = 0; k < 41; ++k)
    for (int j = 0; j < 41; ++j)
      for (int i = 0; i < 41; ++i)
        mm[g.offset(i, j, k)] =
            Eigen::Vector3f(0.0F, 0.0F, static_cast<float>(amplitude_mm * std::sin(g.center_of({i, j, k}).mm.z() / 20.0)));
  Warp<CtFrame, PlanFrame> w;
  w.rigid.iso = Eigen::Translation3d(10.0, 20.0, 30.0) * Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitX());
  w.field = std::make_shared<const Field>(Field::make(g, std::move(mm)).value());
  return w;
}

}  // namespace

TEST_CASE("A warp carries points, and back again", "[core]") {
  const auto w = wavy(8.0);
  for (const Eigen::Vector3d& at :
       {Eigen::Vector3d(1.0, 2.0, 3.0), Eigen::Vector3d(-40.0, 10.0, 55.0), Eigen::Vector3d(90.0, 0.0, -80.0)}) {
    const Point<PlanFrame> p{at};
    CHECK(distance_mm(w.unmap(w * p), p) < 1e-4);
  }
  const Point<PlanFrame> p{{0.0, 0.0, 31.4159265}};
  CHECK(std::abs(((w * p).mm - (w.rigid * p).mm).z() - 8.0) < 0.05);  // the crest, between grid points
}

TEST_CASE("A warp without a field is its rigid motion", "[core]") {
  Warp<CtFrame, PlanFrame> w;
  w.rigid.iso = Eigen::Translation3d(1.0, 2.0, 3.0);
  CHECK(distance_mm(w * Point<PlanFrame>{{1.0, 1.0, 1.0}}, Point<CtFrame>{{2.0, 3.0, 4.0}}) == 0.0);
  CHECK(distance_mm(w.unmap(Point<CtFrame>{{2.0, 3.0, 4.0}}), Point<PlanFrame>{{1.0, 1.0, 1.0}}) < 1e-12);
  CHECK(jacobian_range(w).min == 1.0);
}

TEST_CASE("Beyond its grid a field goes on as at the border", "[core]") {
  const auto w = wavy(8.0);
  CHECK((w.field->at({{0.0, 0.0, 60.0}}) - w.field->at({{0.0, 0.0, 500.0}})).norm() == 0.0);
}

TEST_CASE("The Jacobian of a stretch is known, and a fold is seen", "[core]") {
  // d/dz of a sin(z / 20) is a / 20 cos: 0.4 either way for a = 8, of which the turn by 0.3 leaves cos 0.3 along the moved z; measured
  // between neighbours at 3 mm, and the steepest place lies just outside the grid.
  const JacobianRange gentle = jacobian_range(wavy(8.0));
  CHECK(std::abs(gentle.min - (1.0 - 0.4 * std::cos(0.3))) < 0.01);
  CHECK(std::abs(gentle.max - (1.0 + 0.4 * std::cos(0.3))) < 0.01);
  CHECK(jacobian_range(wavy(24.0)).min < 0.0);
}

TEST_CASE("A field is valid or not made", "[core]") {
  CHECK_FALSE(Field::make(grid(), std::vector<Eigen::Vector3f>(5)).ok());
  std::vector<Eigen::Vector3f> mm(grid().voxel_count(), Eigen::Vector3f::Zero());
  CHECK(Field::make(grid(), mm).ok());
  mm[7].x() = std::numeric_limits<float>::quiet_NaN();
  REQUIRE_FALSE(Field::make(grid(), mm).ok());
  CHECK(Field::make(grid(), mm).error().code == ErrorCode::registration_invalid);
}

}  // namespace seedaudit
