// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fusion_planes.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "tests/pipeline/small_case.h"

namespace seedaudit {

TEST_CASE("Planes of both scans show the same place where the registration is right, and as the patient is looked at", "[pipeline]") {
  // A dense block to the left, back and head of the place; the pre-op scan lies 12 mm to the right of the post-op one.
  CtVolume post = test::water_body<CtFrame>(2.0, 100, 90);
  PreopVolume pre = test::water_body<PlanFrame>(2.0, 100, 90);
  const auto paint = [](auto& volume, const Eigen::Vector3d& center) {
    for (int k = 0; k < volume.grid.size()[2]; ++k)
      for (int j = 0; j < volume.grid.size()[1]; ++j)
        for (int i = 0; i < volume.grid.size()[0]; ++i)
          if ((volume.grid.center_of({i, j, k}).mm - center).cwiseAbs().maxCoeff() < 9.0) volume.hu[volume.grid.offset(i, j, k)] = 900;
  };
  paint(post, {20.0, 20.0, 20.0});
  paint(pre, {8.0, 20.0, 20.0});
  Warp<CtFrame, PlanFrame> warp;
  warp.rigid.iso.translate(Eigen::Vector3d(12.0, 0.0, 0.0));
  const auto planes = fusion_planes(post, pre, warp, {{16.0, 16.0, 16.0}});
  REQUIRE(planes.size() == 3);
  for (const FusionPlane& p : planes) {
    REQUIRE(p.postop.size() == static_cast<std::size_t>(p.width * p.height));
    REQUIRE(p.preop.size() == p.postop.size());
    int differ = 0;
    double right = 0.0, down = 0.0, dense = 0.0;
    for (int j = 0; j < p.height; ++j)
      for (int i = 0; i < p.width; ++i) {
        const auto at = static_cast<std::size_t>(i + p.width * j);
        if (std::abs(p.postop[at] - p.preop[at]) > 450.0F && p.postop[at] > 450.0F) ++differ;
        if (p.postop[at] < 450.0F) continue;
        dense += 1.0;
        right += i - 0.5 * (p.width - 1);
        down += j - 0.5 * (p.height - 1);
      }
    CHECK(dense == Approx(16.0 * 16.0).margin(20.0));  // eight voxels of 2 mm
    CHECK(differ < 40);                                // the rim alone, from nearest against trilinear
    CHECK(right / dense == Approx(4.0).margin(0.8));
    CHECK(down / dense == Approx(p.name == "axial" ? 4.0 : -4.0).margin(0.8));
  }
  const auto wrong = fusion_planes(post, pre, {}, {{16.0, 16.0, 16.0}});
  CHECK(wrong.front().preop != planes.front().preop);
  CHECK(fusion_planes(post, pre, warp, {{400.0, 0.0, 0.0}}).front().postop.front() == -1024.0F);
}

}  // namespace seedaudit
