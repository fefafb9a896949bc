// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/level_lines.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

namespace {

GreyImage distances(int side, double x0, double y0) {
  GreyImage image{side, side, {}};
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) image.value.push_back(static_cast<float>(-std::hypot(x + 0.5 - x0, y + 0.5 - y0)));
  return image;
}

}  // namespace

TEST_CASE("the level line of a cone is one closed circle") {
  const auto lines = level_lines(distances(40, 20.0, 20.0), -10.0F);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().closed);
  // A chord of one pixel across the bend of a circle of radius 10 sags by 1 / (8 * 10); linear interpolation of the cone errs by as much.
  for (const auto& p : lines.front().points) CHECK(std::hypot(p.x - 20.0, p.y - 20.0) == Approx(10.0).margin(0.03));
  CHECK(level_lines(distances(40, 20.0, 20.0), 1.0F).empty());
}

TEST_CASE("a level line that leaves the image is open, and a level crossed twice gives two lines") {
  const auto lines = level_lines(distances(40, 0.0, 20.0), -10.0F);
  REQUIRE(lines.size() == 1);
  CHECK_FALSE(lines.front().closed);
  CHECK(lines.front().points.size() > 20);
  GreyImage bar{20, 20, std::vector<float>(400, 0.0F)};
  for (int x = 0; x < 20; ++x) bar.value[static_cast<std::size_t>(10 * 20 + x)] = 1.0F;
  CHECK(level_lines(bar, 0.5F).size() == 2);
}

TEST_CASE("at a saddle the two high corners stay apart") {
  const GreyImage image{2, 2, {1.0F, 0.0F, 0.0F, 1.0F}};
  CHECK(level_lines(image, 0.5F).size() == 2);
}
