// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/cold_outlines.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "dosimetry/tg43.h"
#include "tests/dosimetry/analytic.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

using Seeds = std::vector<DoseSeed<CtFrame>>;

Seeds seed_at(double x, double y, double z) { return {{{{x, y, z}}, std::nullopt, AirKermaU{1.0}}}; }

Gy level_at(double r_mm) {
  const SourceModel s = point_source();
  return dose_to_infinity(dose_rate_1d(s, to_cm(Mm{r_mm})), s.half_life);
}

/// Slices of an image whose columns and rows do not matter.
GridGeometry<CtFrame> slices(double first_mm, double step_mm, int n) {
  return GridGeometry<CtFrame>::make({4, 4, n}, {9.0, 7.0, step_mm}, {{-50.0, 60.0, first_mm}}, Eigen::Matrix3d::Identity()).value();
}

/// With sign: the sum over the lines of one slice is its area, holes taken off.
double area_mm2(const Contour<CtFrame>& c) {
  double twice = 0.0;
  for (std::size_t n = 0; n < c.points.size(); ++n) {
    const Eigen::Vector3d &a = c.points[n].mm, &b = c.points[(n + 1) % c.points.size()].mm;
    twice += a.x() * b.y() - b.x() * a.y();
  }
  return 0.5 * twice;
}

double area_mm2(const Structure<CtFrame>& s) {
  double sum = 0.0;
  for (const auto& c : s.contours) sum += area_mm2(c);
  return std::abs(sum);
}

}  // namespace

TEST_CASE("outlines of a cold region follow the isodose and the target, and hold its volume") {
  // Target of radius 10, source on its left pole, cold beyond 10 mm of it. In the middle plane: the disc less the lens of two such circles,
  // 2 pi/3 R^2 - sqrt(3)/2 R^2.
  const auto v = StructureVolume<CtFrame>::make(sphere(10.0, 100)).value();
  const auto one = cold_outlines(v, seed_at(10, 0, 0), point_source(), level_at(10.0), slices(-0.1, 30.0, 1));
  REQUIRE(one.size() == 1);
  REQUIRE(one[0].contours.size() == 1);
  const double lens = (2.0 * kPi / 3.0 - std::sqrt(3.0) / 2.0) * 100.0;
  // Nodes 0.3 mm apart: chords of such a circle miss 0.001 mm of its radius, two cusps lose less than a cell each.
  CHECK(std::abs(area_mm2(one[0]) - (kPi * 100.0 - lens)) < 0.5);
  for (const auto& p : one[0].contours[0].points) {
    CHECK(p.mm.z() == Approx(-0.1));
    const double off = std::min(std::abs(std::hypot(p.mm.x(), p.mm.y()) - 10.0), std::abs(std::hypot(p.mm.x() - 10.0, p.mm.y()) - 10.0));
    CHECK(off < 0.05);
  }
  const auto all = cold_outlines(v, seed_at(10, 0, 0), point_source(), level_at(10.0), slices(-12.0, 1.0, 25));
  REQUIRE(all.size() == 1);
  const auto region = cold_regions(v, seed_at(10, 0, 0), point_source(), level_at(10.0)).at(0);
  CHECK(std::abs(area_mm2(all[0]) * 1.0 / 1000.0 / region.volume_cc - 1.0) < 0.01);  // the sum over slices of a body of 20 mm
}

TEST_CASE("each cold region has its own outlines, in the order of the regions, and none where no slice cuts it") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {-4.0, 0.0, 4.0}) c.push_back(rectangle(-30, -6, 30, 6, z));
  const auto v = StructureVolume<CtFrame>::make(structure(c)).value();
  const Seeds seeds = seed_at(-5, 0, 0);
  const auto regions = cold_regions(v, seeds, point_source(), level_at(15.0));
  const auto outlines = cold_outlines(v, seeds, point_source(), level_at(15.0), slices(-4.0, 4.0, 3));
  REQUIRE(regions.size() == 2);
  REQUIRE(outlines.size() == 2);
  for (std::size_t n = 0; n < 2; ++n) {
    CHECK(outlines[n].contours.size() == 3);
    for (const auto& line : outlines[n].contours)
      for (const auto& p : line.points) CHECK((p.mm.x() > -5.0) == (n == 0));
    // Three slabs of 4 mm, within which the sphere of 15 mm moves by 0.6 mm of some 25.
    CHECK(std::abs(area_mm2(outlines[n]) * 4.0 / 1000.0 / regions[n].volume_cc - 1.0) < 0.02);
  }
  const auto missed = cold_outlines(v, seeds, point_source(), level_at(15.0), slices(40.0, 4.0, 3));
  REQUIRE(missed.size() == 2);
  CHECK(missed[0].contours.empty());
  CHECK(cold_outlines(v, seeds, point_source(), level_at(60.0), slices(-4.0, 4.0, 3)).empty());
}

TEST_CASE("a warm middle is a hole in the outline of the cold around it") {
  const auto v = StructureVolume<CtFrame>::make(cylinder(20.0, -1.0, 2.0, 2)).value();
  const auto outlines = cold_outlines(v, seed_at(0, 0, 0), point_source(), level_at(10.0), slices(0.0, 5.0, 1));
  REQUIRE(outlines.size() == 1);
  REQUIRE(outlines[0].contours.size() == 2);
  CHECK(std::abs(area_mm2(outlines[0]) / (kPi * 300.0) - 1.0) < 0.005);
  const double a = area_mm2(outlines[0].contours[0]), b = area_mm2(outlines[0].contours[1]);
  CHECK(a * b < 0.0);  // the lines run round cold on one side
}
