// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/resample.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

TEST_CASE("pitfall 32: what is resampled onto an image lies on its geometry, and what is not covered is outside") {
  const auto field = [](const Eigen::Vector3d& p) { return 100.0 + 8.0 * p[0] - 16.0 * p[1] + 4.0 * p[2]; };
  PreopVolume moving;
  moving.grid = GridGeometry<PlanFrame>::make({20, 18, 16}, {1.0, 1.5, 2.0}, {{-10.0, -12.0, -15.0}}, Eigen::Matrix3d::Identity()).value();
  for (int k = 0; k < 16; ++k)
    for (int j = 0; j < 18; ++j)
      for (int i = 0; i < 20; ++i) moving.hu.push_back(static_cast<std::int16_t>(std::lround(field(moving.grid.center_of({i, j, k}).mm))));
  Rigid<CtFrame, PlanFrame> transform;
  transform.iso = Eigen::Translation3d(30.0, -20.0, 5.0) * Eigen::AngleAxisd(0.3, Eigen::Vector3d(1, 2, 3).normalized());
  const auto fixed = GridGeometry<CtFrame>::make({12, 12, 12}, {1.3, 1.1, 1.7}, {{22.0, -28.0, -6.0}}, Eigen::Matrix3d::Identity()).value();
  const auto out = resample_onto(fixed, moving, Warp<CtFrame, PlanFrame>{transform, nullptr}, -1024.0F);
  int inside = 0, outside = 0;
  for (int k = 0; k < 12; ++k)
    for (int j = 0; j < 12; ++j)
      for (int i = 0; i < 12; ++i) {
        const Point<PlanFrame> p = transform.inverse() * fixed.center_of({i, j, k});
        const float value = out[fixed.offset(i, j, k)];
        if (!moving.grid.covers(p)) {
          CHECK(value == -1024.0F);
          ++outside;
          continue;
        }
        const Eigen::Vector3d at = moving.grid.index_of(p);
        if ((at.array() < 0.0).any() || at[0] > 19.0 || at[1] > 17.0 || at[2] > 15.0) continue;  // the outer half voxel is held, not linear
        ++inside;
        CHECK(!(std::abs(value - field(p.mm)) >= 1e-3));  // every voxel centre holds a whole number: nothing but float is rounded
      }
  CHECK(inside > 500);
  const auto away =
      resample_onto(fixed, moving, Warp<CtFrame, PlanFrame>{{Eigen::Isometry3d(Eigen::Translation3d(900.0, 0.0, 0.0))}, nullptr}, -1024.0F);
  for (const float v : away) REQUIRE(v == -1024.0F);
  CHECK(inside + outside <= 1728);
}
