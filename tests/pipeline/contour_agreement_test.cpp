// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/contour_agreement.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "tests/pipeline/small_case.h"

namespace seedaudit {
namespace {

StructureVolume<CtFrame> ball(const Eigen::Vector3d& center) {
  return StructureVolume<CtFrame>::make(test::sphere<CtFrame>("CTV", "CTV", center, 14.0)).value();
}

}  // namespace

TEST_CASE("Dice of two equal balls is that of their lens", "[pipeline]") {
  for (const double d : {0.0, 2.0, 7.0, 14.0}) {
    // Lens over ball, with x = d / r: 1 - 3 x / 4 + x^3 / 16. Slabs of 2 mm and sampling leave half a percent.
    const double x = d / 14.0;
    CHECK(std::abs(dice(ball({0, 0, 0}), ball({d, 0, 0})) - (1.0 - 0.75 * x + x * x * x / 16.0)) < 0.008);
  }
  CHECK(dice(ball({0, 0, 0}), ball({40, 0, 0})) == 0.0);
}

TEST_CASE("Only structures drawn on both scans are compared, each once", "[pipeline]") {
  CaseContours c;
  c.structures.resize(3);
  c.structures[0].name = "CTV";
  c.structures[0].mapped = ball({0, 0, 0});
  c.structures[0].postop = ball({0, 7, 0});
  c.structures[1].name = "GTV";
  c.structures[1].mapped = ball({0, 0, 0});
  c.structures[2].name = "LIVER";
  c.structures[2].mapped = ball({0, 0, 0});
  c.structures[2].postop = ball({0, 0, 0});
  c.organ = c.structures[2];
  const auto found = contour_agreement(c);
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "CTV");
  CHECK(found[0].dice == Approx(0.633).margin(0.01));
  CHECK(found[1].name == "LIVER");
  CHECK(found[1].dice > 0.995);
}

}  // namespace seedaudit
