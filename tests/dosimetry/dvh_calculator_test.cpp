// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/dvh_calculator.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/parallel.h"
#include "dosimetry/tg43.h"
#include "tests/dosimetry/analytic.h"
#include "tests/dosimetry/linear_dose.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

using Seeds = std::vector<DoseSeed<CtFrame>>;

StructureVolume<CtFrame> volume_of(const Structure<CtFrame>& s) {
  const auto v = StructureVolume<CtFrame>::make(s);
  if (!v) FAIL(v.error().message());
  return *v;
}

Seeds one_seed() {
  Seeds seeds(1);
  seeds[0].strength_at_implant = AirKermaU{1.0};
  return seeds;
}

/// Dose of the point source at this radius.
double point_dose(double r_mm) {
  const SourceModel s = point_source();
  return dose_to_infinity(dose_rate_1d(s, to_cm(Mm{r_mm})), s.half_life).value;
}

}  // namespace

TEST_CASE("point source in a sphere: V(d) = (d_R / d)^1.5, D90 = 1.0728 d_R") {
  // The sphere is a stack of 80 slabs of the same volume: within 0.5 % above 1 cc, 2 % at 0.1 cc (where 24 slabs are drawn).
  struct Case {
    double radius;
    int slabs;
    double tolerance;
  };
  for (const Case& c : {Case{15.0, 80, 0.005}, Case{6.3, 80, 0.005}, Case{2.879, 24, 0.02}}) {
    const auto v = volume_of(sphere(c.radius, c.slabs));
    const double surface = point_dose(c.radius), rx = 2.0 * surface;
    const auto s = sample_dose(v, one_seed(), point_source(), Gy{rx});
    REQUIRE(s.ok());
    CAPTURE(c.radius, s->points.size());
    CHECK(s->stable);
    CHECK(std::abs(s->dvh.dose_at_volume_pct(90.0).value / (surface * std::pow(0.9, -2.0 / 3.0)) - 1.0) < c.tolerance);
    CHECK(std::abs(s->dvh.dose_at_volume_pct(10.0).value / (surface * std::pow(0.1, -2.0 / 3.0)) - 1.0) < c.tolerance);
    CHECK(std::abs(s->dvh.volume_pct_at(Gy{rx}) - 100.0 * std::pow(2.0, -1.5)) < 100.0 * c.tolerance);
    // The mean of an inverse-square dose in a sphere is three times that at its surface, its variance 3 R / a - 9 in the same unit for a
    // capsule of radius a = 0.1 mm: allow three standard errors.
    const double standard_error = std::sqrt((3.0 * c.radius / 0.1 - 9.0) / static_cast<double>(s->points.size()));
    CHECK(std::abs(s->dvh.mean().value / surface - 3.0) < 3.0 * standard_error + 3.0 * c.tolerance);
    CHECK(s->dvh.volume_cc() == Approx(4.0 / 3.0 * kPi * std::pow(c.radius, 3) / 1000.0).epsilon(1e-9));
  }
}

TEST_CASE("C1-10, C1-15: linear gradient through cylinders of several thicknesses and directions, as Nelms et al. do") {
  // Along the axis dose is uniform between the two end faces; end slabs count whole, so a 3 mm slice spacing gives the full height.
  for (const double step : {1.0, 2.0, 3.0, 5.0}) {
    const int n = static_cast<int>(30.0 / step);
    const auto v = volume_of(cylinder(12.0, -15.0 + step / 2.0, step, n));
    const auto axial = sample_dose(v, linear_dose(100.0, {0, 0, 2.0}, {1.7, 2.3, 3.1}, 25.0), Gy{100.0});
    REQUIRE(axial.ok());
    CHECK(std::abs(axial->dvh.dose_at_volume_pct(90.0).value - (70.0 + 0.1 * 60.0)) < 0.05);
    CHECK(std::abs(axial->dvh.volume_pct_at(Gy{100.0}) - 50.0) < 0.1);
    CHECK(std::abs(axial->dvh.volume_pct_at(Gy{115.0}) - 25.0) < 0.1);
    // Across: the share beyond a chord at distance h is (acos(h/R) - h/R sqrt(1 - h^2/R^2)) / pi.
    const auto across = sample_dose(v, linear_dose(100.0, {3.0, 0, 0}, {1.7, 2.3, 3.1}, 25.0), Gy{100.0});
    REQUIRE(across.ok());
    for (const double h : {-0.8, -0.3, 0.2, 0.7}) {
      const double share = 100.0 / kPi * (std::acos(h) - h * std::sqrt(1.0 - h * h));
      CHECK(std::abs(across->dvh.volume_pct_at(Gy{100.0 + 36.0 * h}) - share) < 0.2);
    }
  }
}

TEST_CASE("C1-1, C1-9: a structure of 0.1 cc has a smooth DVH to its last percent") {
  const auto v = volume_of(cylinder(3.0, 0.0, 1.2, 3));
  const auto s = sample_dose(v, linear_dose(50.0, {4.0, 0, 0}, {2.5, 2.5, 2.5}, 20.0), Gy{50.0});
  REQUIRE(s.ok());
  CHECK(s->dvh.volume_cc() == Approx(kPi * 9.0 * 3.6 / 1000.0).epsilon(1e-9));
  double last = s->dvh.maximum().value;
  for (int q = 1; q <= 100; ++q) {
    const double d = s->dvh.dose_at_volume_pct(q).value;
    CHECK(d <= last);
    CHECK(last - d < 2.0);  // of a range of 24 Gy: no stair
    last = d;
  }
  CHECK(s->dvh.dose_at_volume_pct(99.0).value > 38.0);
}

TEST_CASE("C1-7: D100 is the least dose, D0.1cc of a smaller structure is its least dose") {
  const auto v = volume_of(cylinder(2.0, 0.0, 1.0, 3));
  const auto s = sample_dose(v, linear_dose(50.0, {4.0, 0, 0}, {2.5, 2.5, 2.5}, 20.0), std::nullopt);
  REQUIRE(s.ok());
  CHECK(s->dvh.dose_at_volume_pct(100.0).value == s->dvh.minimum().value);
  CHECK(s->dvh.minimum().value > 41.0);
  CHECK(s->dvh.dose_at_volume_cc(0.1).value == s->dvh.minimum().value);
}

TEST_CASE("C1-3, C1-12: a structure that leaves the dose grid is refused, saying by how much") {
  const auto v = volume_of(cylinder(12.0, -14.0, 2.0, 15));
  const auto inside = sample_dose(v, linear_dose(100.0, {0, 0, 1}, {2, 2, 2}, 16.0), Gy{100.0});
  CHECK(inside.ok());
  const auto outside = sample_dose(v, linear_dose(100.0, {0, 0, 1}, {2, 2, 2}, 10.0), Gy{100.0});
  REQUIRE_FALSE(outside.ok());
  CHECK(outside.error().code == ErrorCode::dose_invalid);
  CHECK(outside.error().message().find("leaves the dose grid by") != std::string::npos);
  CHECK_FALSE(sample_dose(v, DoseGrid<CtFrame>{}, Gy{100.0}).ok());
}

TEST_CASE("C1-3: of a structure that leaves the dose grid the part inside is taken where that is asked for, and its share said") {
  const auto v = volume_of(cylinder(5.0, -14.0, 2.0, 15));  // 30 mm long
  const auto grid = linear_dose(100.0, {0, 0, 1}, {2, 2, 2}, 10.0);
  const double last_mm = grid.grid.center_of(Index3{0, 0, grid.grid.size()[2] - 1}).mm.z() + 1.0;
  const double first_mm = grid.grid.center_of(Index3{0, 0, 0}).mm.z() - 1.0;
  const double share_pct = 100.0 * (last_mm - first_mm) / 30.0;
  REQUIRE((share_pct > 50.0 && share_pct < 90.0));
  DvhOptions part;
  part.least_covered_pct = 50.0;
  const auto s = sample_dose(v, grid, Gy{100.0}, part);
  REQUIRE(s.ok());
  // Every sample stands for the same volume, so the share is that of the samples, evenly spread: far within a tenth of a point.
  CHECK(std::abs(s->covered_pct - share_pct) < 0.05);
  CHECK(s->dvh.volume_cc() == Approx(0.01 * s->covered_pct * v.volume_cc()).epsilon(1e-9));
  // Dose along the axis is even between the faces of the grid, but for the outer half voxels, which take the nearest centre's.
  CHECK(std::abs(s->dvh.dose_at_volume_pct(90.0).value - (100.0 + first_mm + 0.1 * (last_mm - first_mm))) < 0.05);
  for (const auto& p : s->points) CHECK((p.mm.z() >= first_mm && p.mm.z() <= last_mm));
  part.least_covered_pct = 90.0;
  const auto refused = sample_dose(v, grid, Gy{100.0}, part);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message().find("% of it lies inside") != std::string::npos);
  part.least_covered_pct = 0.0;
  CHECK(sample_dose(v, grid, Gy{100.0}, part).error().code == ErrorCode::invalid_option);
}

TEST_CASE("C1-21: unequal spacing along rows, columns and slices is not swapped") {
  const auto v = volume_of(cylinder(5.0, -4.0, 2.0, 5));
  const auto a = sample_dose(v, linear_dose(100.0, {1, 2, 3}, {1.1, 2.7, 4.9}, 14.0), Gy{100.0});
  const auto b = sample_dose(v, linear_dose(100.0, {1, 2, 3}, {1.0, 1.0, 1.0}, 14.0), Gy{100.0});
  REQUIRE((a.ok() && b.ok()));
  CHECK(a->dvh.dose_at_volume_pct(90.0).value == Approx(b->dvh.dose_at_volume_pct(90.0).value).epsilon(1e-4));
}

TEST_CASE("C1-8: the dose beside seeds costs neither bins nor memory") {
  const auto v = volume_of(sphere(5.0, 20));
  const auto s = sample_dose(v, one_seed(), shipped(), Gy{120.0});
  REQUIRE(s.ok());
  CHECK(s->dvh.maximum().value > 30.0 * 120.0);
  CHECK(s->dose_gy.size() <= DvhOptions{}.max_samples);
}

TEST_CASE("D90 >= Rx holds exactly when V100 >= 90 %, at every prescription") {
  const auto v = volume_of(sphere(9.0, 12));
  const auto s = sample_dose(v, one_seed(), shipped(), Gy{30.0});
  REQUIRE(s.ok());
  const double d90 = s->dvh.dose_at_volume_pct(90.0).value;
  for (const double rx : {0.5 * d90, std::nextafter(d90, 0.0), d90, std::nextafter(d90, 1e9), 1.5 * d90})
    CHECK((d90 >= rx) == (s->dvh.volume_pct_at(Gy{rx}) >= 90.0));
}

TEST_CASE("sampling options are checked and matter") {
  const auto v = volume_of(sphere(9.0, 12));
  DvhOptions few;
  few.initial_samples = few.max_samples = 1000;
  few.d90_tolerance_pct = 1e-9;
  const auto coarse = sample_dose(v, one_seed(), shipped(), Gy{30.0}, {}, few);
  REQUIRE(coarse.ok());
  CHECK_FALSE(coarse->stable);
  CHECK(coarse->points.size() == 1000);
  few.max_samples = 4000;
  CHECK(sample_dose(v, one_seed(), shipped(), Gy{30.0}, {}, few)->points.size() == 4000);
  few.d90_tolerance_pct = 50.0;
  few.v100_tolerance_pct_points = 50.0;
  CHECK(sample_dose(v, one_seed(), shipped(), Gy{30.0}, {}, few)->points.size() == 1000);
  few.initial_samples = 10;
  CHECK(sample_dose(v, one_seed(), shipped(), Gy{30.0}, {}, few).error().code == ErrorCode::invalid_option);
  few = {};
  few.d90_tolerance_pct = 0.0;
  CHECK_FALSE(few.check().ok());
  few = {};
  few.v100_tolerance_pct_points = -1.0;
  CHECK_FALSE(few.check().ok());
  few = {};
  few.max_samples = 5;
  CHECK_FALSE(few.check().ok());
}

TEST_CASE("a DVH is bit-identical for one and two threads") {
  const auto v = volume_of(sphere(9.0, 12));
  set_thread_count(1);
  const auto one = sample_dose(v, one_seed(), shipped(), Gy{30.0});
  set_thread_count(2);
  const auto two = sample_dose(v, one_seed(), shipped(), Gy{30.0});
  set_thread_count(0);
  CHECK(one->dose_gy == two->dose_gy);
}
