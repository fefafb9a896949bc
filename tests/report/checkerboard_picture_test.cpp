// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/checkerboard_picture.h"

#include <catch2/catch.hpp>

namespace seedaudit {

TEST_CASE("A checkerboard shows both scans, the same planes the same bytes, and nothing without a plane") {
  FusionPlane plane{"axial", "RLAP", 60, 45, 1.0, std::vector<float>(2700, 40.0F), std::vector<float>(2700, 40.0F)};
  const auto png = checkerboard_png({plane, plane}, true);
  REQUIRE(png);
  CHECK(png->substr(1, 3) == "PNG");
  CHECK(*checkerboard_png({plane, plane}, true) == *png);
  FusionPlane other = plane;
  other.preop[static_cast<std::size_t>(20 + 60 * 5)] = 200.0F;  // in a square of the pre-op scan
  CHECK(*checkerboard_png({other, plane}, true) != *png);
  other = plane;
  other.preop[static_cast<std::size_t>(5 + 60 * 5)] = 200.0F;  // in a square of the post-op scan: not shown
  CHECK(*checkerboard_png({other, plane}, true) == *png);
  other = plane;
  other.postop[static_cast<std::size_t>(5 + 60 * 5)] = 200.0F;
  CHECK(*checkerboard_png({other, plane}, true) != *png);
  other = plane;
  other.sides = "LRAP";  // a side is part of the picture
  CHECK(*checkerboard_png({other, plane}, true) != *png);
  CHECK_FALSE(checkerboard_png({}, true));
  other.preop.pop_back();
  CHECK_FALSE(checkerboard_png({other}, true));
}

}  // namespace seedaudit
