// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/structure_volume.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/dosimetry/analytic.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

using MadeVolume = StructureVolume<CtFrame>;

MadeVolume made(const Structure<CtFrame>& s, const StructureOptions& options = {}) {
  const auto v = MadeVolume::make(s, options);
  if (!v) FAIL(v.error().message());
  return *v;
}

bool warns(const MadeVolume& v, const std::string& code) {
  for (const auto& w : v.warnings())
    if (w.code == code) return true;
  return false;
}

void refused(const Structure<CtFrame>& s, const std::string& words, const StructureOptions& options = {}) {
  const auto v = MadeVolume::make(s, options);
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::structures_invalid);
  CHECK(v.error().message().find(words) != std::string::npos);
}

/// Share of lattice points of the box that contains() accepts, times the box: an independent volume.
double counted_cc(const MadeVolume& v, double step) {
  const Box<CtFrame> b = v.box();
  long inside = 0;
  for (double x = b.low_mm.x() + step / 2; x < b.high_mm.x(); x += step)
    for (double y = b.low_mm.y() + step / 2; y < b.high_mm.y(); y += step)
      for (double z = b.low_mm.z() + step / 2; z < b.high_mm.z(); z += step) inside += v.contains({{x, y, z}}) ? 1 : 0;
  return static_cast<double>(inside) * step * step * step / 1000.0;
}

}  // namespace

TEST_CASE("each contour stands for a slab, end slabs reach half a spacing outward") {
  // 10 x 20 mm on z = 0, 2.5, 5: 7.5 mm thick, from -1.25 to 6.25. Polygons are exact: 1e-12 is rounding.
  const MadeVolume v = made(structure({rectangle(0, 0, 10, 20, 0), rectangle(0, 0, 10, 20, 2.5), rectangle(0, 0, 10, 20, 5)}));
  CHECK(v.volume_cc() == Approx(1.5).epsilon(1e-12));
  CHECK(v.plane_spacing_mm() == Approx(2.5));
  CHECK(v.box().low_mm.z() == Approx(-1.25));
  CHECK(v.box().high_mm.z() == Approx(6.25));
  CHECK(v.contains({{5, 5, -1.2}}));
  CHECK_FALSE(v.contains({{5, 5, -1.3}}));
  CHECK(v.contains({{5, 5, 6.2}}));
  CHECK_FALSE(v.contains({{5, 5, 6.3}}));
  CHECK_FALSE(v.contains({{10.01, 5, 2}}));
  CHECK(v.centroid().mm.isApprox(Eigen::Vector3d(5, 10, 2.5), 1e-12));
}

TEST_CASE("C1-2, C1-14: volume does not depend on any grid, down to small and coarse structures") {
  for (const double radius : {2.0, 5.0, 25.0}) {
    const MadeVolume v = made(sphere(radius, 11));
    const double exact = 4.0 / 3.0 * kPi * radius * radius * radius / 1000.0;
    CHECK(v.volume_cc() == Approx(exact).epsilon(1e-9));
    CHECK(counted_cc(v, radius / 25.0) == Approx(exact).epsilon(0.01));
  }
}

TEST_CASE("C1-4: a contour exactly on lattice lines neither vanishes nor doubles") {
  const MadeVolume v = made(structure({rectangle(0, 0, 4, 4, 0), rectangle(0, 0, 4, 4, 1), rectangle(0, 0, 4, 4, 2)}));
  CHECK(v.volume_cc() == Approx(0.048).epsilon(1e-12));
  // Half-open: of the two faces across each axis exactly one belongs to the structure.
  CHECK(v.contains({{0, 2, 1}}) != v.contains({{4, 2, 1}}));
  CHECK(v.contains({{2, 0, 1}}) != v.contains({{2, 4, 1}}));
  CHECK(v.contains({{2, 2, -0.5}}) != v.contains({{2, 2, 2.5}}));
}

TEST_CASE("C2-23: an inner contour is a hole, an island in it is not") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 1.0}) {
    c.push_back(rectangle(0, 0, 20, 20, z));
    c.push_back(rectangle(5, 5, 15, 15, z));
    c.push_back(rectangle(8, 8, 12, 12, z));
  }
  const MadeVolume v = made(structure(c));
  CHECK(v.volume_cc() == Approx((400.0 - 100.0 + 16.0) * 2.0 / 1000.0).epsilon(1e-12));
  CHECK(v.contains({{2, 2, 0}}));
  CHECK_FALSE(v.contains({{6, 6, 0}}));
  CHECK(v.contains({{10, 10, 0}}));
}

TEST_CASE("C2-24: a keyhole is a hole, and its bridge is no wall") {
  const std::vector<Eigen::Vector2d> keyhole{{0, 0}, {20, 0}, {20, 10}, {15, 10}, {15, 15}, {5, 15},
                                             {5, 5}, {15, 5}, {15, 10}, {20, 10}, {20, 20}, {0, 20}};
  const MadeVolume v = made(structure({polygon(keyhole, 0), polygon(keyhole, 2)}));
  CHECK(v.volume_cc() == Approx(300.0 * 4.0 / 1000.0).epsilon(1e-12));
  CHECK_FALSE(v.contains({{10, 10, 0}}));
  CHECK(v.contains({{17, 10.5, 0}}));
  // Nearest surface of a point on the bridge is 1 mm above (the end face), not the bridge itself.
  CHECK(v.signed_distance_mm({{17.5, 10.0, 2.0}}) == Approx(-1.0).epsilon(1e-9));
}

TEST_CASE("contours that overlap combine by XOR, and one that crosses itself has the area of its lobes") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 1.0}) {
    c.push_back(rectangle(0, 0, 10, 10, z));
    c.push_back(rectangle(5, 0, 15, 10, z));
  }
  CHECK(made(structure(c)).volume_cc() == Approx(100.0 * 2.0 / 1000.0).epsilon(1e-12));
  const std::vector<Eigen::Vector2d> bow{{0, 0}, {10, 10}, {10, 0}, {0, 12}};
  // Lobes of the bow tie, from the crossing of y = x and y = 12 - 1.2 x at x = 60/11.
  const double x = 60.0 / 11.0, lobes = 0.5 * 12.0 * x + 0.5 * 10.0 * (10.0 - x);
  CHECK(made(structure({polygon(bow, 0), polygon(bow, 1)})).volume_cc() == Approx(lobes * 2.0 / 1000.0).epsilon(1e-12));
}

TEST_CASE("C2-25: a sub-pixel contour item harms nothing") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 2.0, 4.0}) c.push_back(rectangle(0, 0, 10, 10, z));
  const double whole = made(structure(c)).volume_cc();
  c.push_back(rectangle(30, 30, 30.12, 30.12, 2.0));
  CHECK(made(structure(c)).volume_cc() == Approx(whole).epsilon(1e-4));
  Contour<CtFrame> needle;
  needle.points = {{{1, 1, 2}}, {{2, 2, 2}}};
  c.push_back(needle);
  const MadeVolume v = made(structure(c));
  CHECK(v.volume_cc() == Approx(whole).epsilon(1e-4));
  CHECK(warns(v, "DEGENERATE_CONTOUR"));
}

TEST_CASE("C2-26: contours slightly off their plane belong to one plane") {
  const MadeVolume v = made(structure({rectangle(0, 0, 10, 10, -102.134), rectangle(20, 0, 30, 10, -102.0), rectangle(0, 0, 10, 10, -99.6),
                                       rectangle(20, 0, 30, 10, -99.5)}));
  CHECK(v.plane_count() == 2);
  CHECK(v.volume_cc() == Approx(1.0).epsilon(0.02));
}

TEST_CASE("planes closer than the tolerance that are regularly spaced stay planes") {
  // 0.15 mm apart, below the tolerance of 0.2 mm: merging neighbours would XOR them away.
  std::vector<Contour<CtFrame>> c;
  for (int i = 0; i < 40; ++i) c.push_back(rectangle(0, 0, 10, 10, 0.15 * i));
  const MadeVolume v = made(structure(c));
  CHECK(v.plane_count() == 40);
  CHECK(v.volume_cc() == Approx(0.6).epsilon(1e-9));
}

TEST_CASE("C2-27: rounded slice positions make no gap") {
  std::vector<Contour<CtFrame>> c;
  const double z[] = {0.0, 2.4991, 4.9983, 7.4974, 9.9966, 12.4957};
  for (const double at : z) c.push_back(rectangle(0, 0, 10, 10, at));
  const MadeVolume v = made(structure(c));
  CHECK(v.warnings().empty());
  CHECK(v.volume_cc() == Approx(100.0 * (12.4957 + 2.4991) / 1000.0).epsilon(1e-4));
}

TEST_CASE("C2-30: planes at any orientation give the same volume, containment and distance") {
  const Structure<CtFrame> axial = structure({circle(8, 0), circle(9, 3), circle(5, 6)});
  const MadeVolume a = made(axial);
  Rigid<CtFrame, CtFrame> turn;
  turn.iso = Eigen::Translation3d(12, -40, 7) * Eigen::AngleAxisd(1.1, Eigen::Vector3d(1, 2, -0.5).normalized());
  const MadeVolume b = made(transform(turn, axial));
  CHECK(b.volume_cc() == Approx(a.volume_cc()).epsilon(1e-9));
  CHECK(b.centroid().mm.isApprox((turn * a.centroid()).mm, 1e-9));
  for (int i = 0; i < 200; ++i) {
    const Point<CtFrame> p{{-10.0 + 0.1 * i, 7.0 - 0.08 * i, -2.0 + 0.05 * i}};
    CHECK(b.contains(turn * p) == a.contains(p));
    CHECK(b.signed_distance_mm(turn * p) == Approx(a.signed_distance_mm(p)).margin(1e-9));
  }
}

TEST_CASE("a missing plane between overlapping contours is bridged, a wide gap parts the structure, both are said") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 2.0, 4.0, 8.0, 10.0}) c.push_back(rectangle(0, 0, 10, 10, z));
  const MadeVolume bridged = made(structure(c));
  CHECK(warns(bridged, "CONTOUR_GAP_BRIDGED"));
  CHECK(bridged.volume_cc() == Approx(1.2).epsilon(1e-12));
  for (const double z : {50.0, 52.0}) c.push_back(rectangle(0, 0, 10, 10, z));
  const MadeVolume parted = made(structure(c));
  CHECK(warns(parted, "CONTOUR_GAP_LEFT"));
  CHECK(parted.volume_cc() == Approx(1.6).epsilon(1e-12));
  CHECK_FALSE(parted.contains({{5, 5, 30}}));
  // Two lesions of one name side by side do not overlap: nothing is drawn between them.
  const MadeVolume apart = made(structure({rectangle(0, 0, 5, 5, 0), rectangle(0, 0, 5, 5, 2), rectangle(0, 0, 5, 5, 4),
                                           rectangle(20, 0, 25, 5, 10), rectangle(20, 0, 25, 5, 12), rectangle(20, 0, 25, 5, 14)}));
  CHECK(warns(apart, "CONTOUR_GAP_LEFT"));
  CHECK(apart.volume_cc() == Approx(0.3).epsilon(1e-12));
}

TEST_CASE("a structure on one plane needs a thickness") {
  const Structure<CtFrame> s = structure({rectangle(0, 0, 10, 10, 0)});
  refused(s, "one plane only");
  StructureOptions options;
  options.single_plane_thickness_mm = 5.0;
  CHECK(made(s, options).volume_cc() == Approx(0.5).epsilon(1e-12));
  // Two contours far apart say nothing about their thickness either.
  const Structure<CtFrame> far = structure({rectangle(0, 0, 10, 10, 0), rectangle(0, 0, 10, 10, 40)});
  refused(far, "two planes");
  CHECK(made(far, options).volume_cc() == Approx(1.0).epsilon(1e-12));
}

TEST_CASE("what encloses no volume is refused, with the reason") {
  refused(structure({}), "no closed contour");
  Structure<CtFrame> point = structure({});
  point.points.push_back({{1, 2, 3}});
  refused(point, "no closed contour");
  Contour<CtFrame> bad = rectangle(0, 0, 10, 10, 0);
  bad.points[1].mm.x() = std::nan("");
  refused(structure({bad, rectangle(0, 0, 10, 10, 2)}), "not a number");
  Contour<CtFrame> bent = rectangle(0, 0, 10, 10, 0);
  bent.points[2].mm.z() = 4.0;
  refused(structure({rectangle(0, 0, 20, 20, -2), bent}), "not planar");
  // One curve drawn twice with other points cancels by XOR: said, not shown as an empty DVH.
  refused(structure({rectangle(0, 0, 10, 10, 0), polygon({{10, 10}, {0, 10}, {0, 0}, {10, 0}}, 0)}), "cancel");
}

TEST_CASE("a contour that repeats another of its plane point by point counts once") {
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 5.0, 10.0, 15.0}) c.push_back(rectangle(0, 0, 10, 10, z));
  const double whole = made(structure(c)).volume_cc();
  c.push_back(rectangle(0, 0, 10, 10, 5.0));
  const MadeVolume v = made(structure(c));
  CHECK(v.volume_cc() == Approx(whole).epsilon(1e-12));  // the polygon is the same: only rounding may differ
  CHECK(v.plane_count() == 4);
  CHECK(warns(v, "CONTOUR_REPEATED"));
  // A hole is no copy: it has other points.
  c.back() = rectangle(2, 2, 8, 8, 5.0);
  CHECK(made(structure(c)).volume_cc() == Approx(whole - 0.18).epsilon(1e-9));
}

TEST_CASE("signed distance to a box: faces, edges, corners, and inside") {
  const MadeVolume v = made(structure({rectangle(0, 0, 10, 10, 1), rectangle(0, 0, 10, 10, 3), rectangle(0, 0, 10, 10, 5)}));  // z 0..6
  CHECK(v.signed_distance_mm({{5, 5, 3}}) == Approx(-3.0));
  CHECK(v.signed_distance_mm({{1, 5, 3}}) == Approx(-1.0));
  CHECK(v.signed_distance_mm({{5, 5, 8}}) == Approx(2.0));
  CHECK(v.signed_distance_mm({{13, 14, 3}}) == Approx(5.0));
  CHECK(v.signed_distance_mm({{12, 13, 12}}) == Approx(7.0));
}

TEST_CASE("signed distance sees the ledge between slabs of different size") {
  const MadeVolume v = made(structure({rectangle(0, 0, 20, 20, 1), rectangle(5, 5, 15, 15, 3)}));  // ledge at z = 2
  CHECK(v.signed_distance_mm({{2, 10, 3}}) == Approx(1.0));
  CHECK(v.signed_distance_mm({{10, 10, 2}}) == Approx(-2.0));
  CHECK(v.signed_distance_mm({{3.5, 10, 1.5}}) == Approx(-0.5));
}

TEST_CASE("samples fill the structure evenly, are inside it, and continue without repeating") {
  const MadeVolume v = made(structure({circle(8, 0), circle(6, 2.5), circle(3, 5)}));
  const auto points = v.sample(0, 20000);
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  int in_first_slab = 0;
  for (const auto& p : points) {
    CHECK((v.contains(p) || std::abs(v.signed_distance_mm(p)) < 1e-9));
    mean += p.mm / 20000.0;
    in_first_slab += p.mm.z() < 1.25 ? 1 : 0;
  }
  // A low-discrepancy set of 20000: shares are right within about 1/2000.
  CHECK(std::abs(in_first_slab / 20000.0 - 64.0 / (64.0 + 36.0 + 9.0)) < 1e-3);
  CHECK((mean - v.centroid().mm).norm() < 0.02);
  const auto tail = v.sample(5000, 10);
  for (std::size_t i = 0; i < tail.size(); ++i) CHECK(tail[i].mm == points[5000 + i].mm);
}

TEST_CASE("surface points lie on the surface") {
  const MadeVolume v = made(structure({circle(8, 0, 24), circle(6, 2.5, 24), circle(3, 5, 24)}));
  const auto points = v.surface_points(1.0);
  CHECK(points.size() > 500);
  for (const auto& p : points) CHECK(std::abs(v.signed_distance_mm(p)) < 1e-9);
}

TEST_CASE("options of structures are checked and each changes an answer") {
  const Structure<CtFrame> s = structure({rectangle(0, 0, 10, 10, 0), rectangle(0, 0, 10, 10, 0.3), rectangle(0, 0, 10, 10, 2)});
  StructureOptions wide;
  wide.plane_tolerance_mm = 0.5;
  CHECK(made(s).plane_count() == 3);
  CHECK(made(s, wide).plane_count() == 2);  // two of them become one plane, on which one is a copy
  StructureOptions narrow;
  narrow.bridge_gap_mm = 3.0;
  std::vector<Contour<CtFrame>> c;
  for (const double z : {0.0, 2.0, 4.0, 8.0, 10.0}) c.push_back(rectangle(0, 0, 10, 10, z));
  CHECK(made(structure(c), narrow).volume_cc() == Approx(1.0).epsilon(1e-12));
  Contour<CtFrame> bent = rectangle(0, 0, 10, 10, 0);
  bent.points[2].mm.z() = 0.8;
  StructureOptions strict;
  strict.planarity_tolerance_mm = 0.1;
  CHECK(MadeVolume::make(structure({bent, rectangle(0, 0, 20, 20, 3)})).ok());
  CHECK_FALSE(MadeVolume::make(structure({bent, rectangle(0, 0, 20, 20, 3)}), strict).ok());
  for (double StructureOptions::*field :
       {&StructureOptions::plane_tolerance_mm, &StructureOptions::planarity_tolerance_mm, &StructureOptions::bridge_gap_mm}) {
    StructureOptions bad;
    bad.*field = -1.0;
    REQUIRE_FALSE(bad.check().ok());
    CHECK(bad.check().error().message().find("-1.0") != std::string::npos);
  }
}
