// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/units.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

TEST_CASE("lengths convert by ten, times by twenty-four") {
  CHECK(to_cm(Mm{10.0}).value == 1.0);
  CHECK(to_mm(Cm{0.3}).value == Approx(3.0).epsilon(1e-15));
  CHECK(to_hours(Days{59.4}).value == Approx(1425.6).epsilon(1e-15));
  CHECK(to_days(Hours{48.0}).value == 2.0);
}

TEST_CASE("mean life of I-125 is 2056.7 h, in seconds the Channel Total Time of a permanent plan") {
  // 59.40 d x 24 / ln 2; reference value printed with one decimal of an hour.
  const double tau_h = mean_life(to_hours(Days{59.40})).value;
  CHECK(std::abs(tau_h - 2056.706) < 5e-4);
  CHECK(std::abs(tau_h * 3600.0 - 7404142.0) < 1.0);
}

TEST_CASE("quantities of one unit compare, add and scale") {
  CHECK(Gy{2.0} + Gy{3.0} == Gy{5.0});
  CHECK(Gy{2.0} < Gy{3.0});
  CHECK(2.0 * Gy{3.0} == Gy{6.0});
  CHECK(Gy{6.0} / Gy{3.0} == 2.0);
  CHECK(-Gy{1.0} == Gy{-1.0});
}
