// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/planning_histogram.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

namespace {

PlanningHistogram made(std::vector<double> edges, std::vector<double> volumes, HistogramStatement s = {}) {
  return PlanningHistogram::make(std::move(edges), std::move(volumes), s).value();
}

bool refused(std::vector<double> edges, std::vector<double> volumes) {
  const auto h = PlanningHistogram::make(std::move(edges), std::move(volumes), {});
  return !h && h.error().code == ErrorCode::dose_invalid;
}

}  // namespace

TEST_CASE("volumes and doses are read linearly between the edges, each the other's inverse") {
  HistogramStatement s;
  s.volume_cc = 8.0;
  const auto h = made({0, 50, 100, 200}, {100, 100, 60, 0}, s);
  CHECK(*h.volume_pct_at(Gy{0}) == 100.0);
  CHECK(*h.volume_pct_at(Gy{75}) == Approx(80.0));
  CHECK(*h.volume_pct_at(Gy{150}) == Approx(30.0));
  CHECK(*h.volume_pct_at(Gy{250}) == 0.0);
  CHECK(h.dose_at_volume_pct(90.0)->value == Approx(62.5));
  CHECK(h.dose_at_volume_pct(100.0)->value == Approx(50.0));
  CHECK(h.dose_at_volume_pct(60.0)->value == Approx(100.0));
  for (double q = 1.0; q < 100.0; q += 7.0) CHECK(*h.volume_pct_at(*h.dose_at_volume_pct(q)) == Approx(q));
  // 2 cc of 8 are 25 %.
  CHECK(h.dose_at_volume_cc(2.0)->value == Approx(h.dose_at_volume_pct(25.0)->value));
  CHECK(h.dose_at_volume_cc(9.0)->value == Approx(50.0));
  CHECK(h.minimum()->value == Approx(50.0));
  // Trapezia: 50 at 100 %, 50 at a mean of 80 %, 100 at a mean of 30 %.
  CHECK(h.mean()->value == Approx(120.0));
}

TEST_CASE("what is stated goes before what the curve gives, and a curve that is cut says nothing above") {
  HistogramStatement s;
  s.minimum_gy = 41.0;
  s.mean_gy = 210.0;
  const auto h = made({0, 50, 100}, {100, 95, 70}, s);
  CHECK(h.minimum()->value == 41.0);
  CHECK(h.mean()->value == 210.0);
  CHECK(h.dose_at_volume_pct(90.0)->value == Approx(60.0));
  CHECK_FALSE(h.dose_at_volume_pct(50.0));
  CHECK_FALSE(h.volume_pct_at(Gy{101}));
  CHECK(*h.volume_pct_at(Gy{100}) == Approx(70.0));
  CHECK_FALSE(h.dose_at_volume_cc(2.0));  // no volume in cc
  CHECK_FALSE(made({0, 50, 100}, {100, 95, 70}).mean());
}

TEST_CASE("curves that cannot be histograms are refused") {
  CHECK(refused({0}, {100}));
  CHECK(refused({0, 1}, {100}));
  CHECK(refused({0, 1, 1}, {100, 50, 0}));
  CHECK(refused({-1, 1}, {100, 0}));
  CHECK(refused({0, 1, 2}, {100, 50, 60}));
  CHECK(refused({0, 1}, {90, 0}));
  CHECK(refused({0, 1}, {100, -5}));
  CHECK(refused({0, std::nan("")}, {100, 0}));
  CHECK(refused({0, 1}, {100, std::nan("")}));
}
