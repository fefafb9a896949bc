// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/dvh.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace seedaudit;

TEST_CASE("D90 >= Rx exactly where V100 >= 90 %, for any samples") {
  std::mt19937 rng(7);
  std::uniform_real_distribution<float> dose(80.0F, 300.0F);
  for (int trial = 0; trial < 400; ++trial) {
    const auto n = static_cast<std::size_t>(1 + rng() % 57);
    std::vector<float> d(n);
    for (auto& x : d) x = std::round(dose(rng) / 20.0F) * 20.0F;  // many ties, some at the prescription itself
    const auto h = Dvh::make(d, 1.0);
    REQUIRE(h.ok());
    const Gy rx{120.0};
    CHECK((h->dose_at_volume_pct(90.0) >= rx) == (h->volume_pct_at(rx) >= 90.0 - 1e-9));
  }
}

TEST_CASE("the DVH of a linear gradient is the line") {
  std::vector<float> d;
  for (int i = 0; i < 100000; ++i) d.push_back(static_cast<float>((i + 0.5) * 1e-3));  // 0..100 Gy, uniform
  const auto h = Dvh::make(d, 12.0);
  REQUIRE(h.ok());
  // One sample is 1e-3 Gy and 1e-3 percent: the tolerance is two samples.
  CHECK(std::abs(h->dose_at_volume_pct(90.0).value - 10.0) < 2e-3);
  CHECK(std::abs(h->volume_pct_at(Gy{25.0}) - 75.0) < 2e-3);
  CHECK(std::abs(h->dose_at_volume_cc(3.0).value - 75.0) < 2e-3);
  CHECK(std::abs(h->mean().value - 50.0) < 1e-3);
  CHECK(h->dose_at_volume_cc(50.0) == h->minimum());  // smaller than the volume asked for: its minimum
}

TEST_CASE("D100 is the minimum and not zero (pitfalls 1 and 7)") {
  const auto h = Dvh::make({5.0F, 7.0F, 9.0F}, 0.1);
  REQUIRE(h.ok());
  CHECK(h->dose_at_volume_pct(100.0).value == 5.0);
  CHECK(h->dose_at_volume_pct(99.0).value == 5.0);
  CHECK(h->dose_at_volume_cc(0.1).value == 5.0);
  CHECK(h->maximum().value == 9.0);
}

TEST_CASE("a DVH without volume or with impossible doses is not made") {
  CHECK(Dvh::make({}, 1.0).error().code == ErrorCode::structures_invalid);
  CHECK(Dvh::make({1.0F}, 0.0).error().code == ErrorCode::structures_invalid);
  CHECK(Dvh::make({-1.0F}, 1.0).error().code == ErrorCode::dose_invalid);
  CHECK(Dvh::make({std::numeric_limits<float>::quiet_NaN()}, 1.0).error().code == ErrorCode::dose_invalid);
}
