// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/shadowing.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/dosimetry/analytic.h"

using namespace seedaudit;

TEST_CASE("interseed shadow: a capsule of 4.5 by 0.8 mm darkens what lies behind it, and no more") {
  const SourceModel source = analytic::shipped();
  const Axis<CtFrame> z{Eigen::Vector3d::UnitZ()};
  const DoseSeed<CtFrame> one{{{0.0, 0.0, 0.0}}, z, AirKermaU{1.0}}, other{{{10.0, 0.0, 0.0}}, z, AirKermaU{1e-9}};
  const auto shadow = [&](double x, double y, double zz) { return interseed_shadow_pct({{{x, y, zz}}}, {one, other}, source); };
  CHECK(shadow(20.0, 0.0, 0.0) > 99.9);
  CHECK(shadow(9.0, 0.0, 0.0) < 1e-3);    // in front of it
  CHECK(shadow(-20.0, 0.0, 0.0) < 1e-3);  // on the other side
  // At 20 mm, twice the capsule's distance, its half width 0.4 mm and half length 2.25 mm are twice as large.
  CHECK(shadow(20.0, 0.7, 0.0) > 99.9);
  CHECK(shadow(20.0, 0.9, 0.0) < 1e-3);
  CHECK(shadow(20.0, 0.0, 4.4) > 99.9);
  CHECK(shadow(20.0, 0.0, 5.4) < 1e-3);
  DoseSeed<CtFrame> averaged = other;
  averaged.axis.reset();
  CHECK(interseed_shadow_pct({{{20.0, 0.0, 0.0}}}, {one, averaged}, source) == 0.0);
  CHECK(interseed_shadow_pct({}, {one}, source) == 0.0);
  CHECK(interseed_shadow_pct({{{1.0, 2.0, 3.0}}}, {}, source) == 0.0);
}
