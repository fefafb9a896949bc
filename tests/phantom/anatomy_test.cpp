// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

#include "samples/phantom/anatomy.h"
#include "samples/phantom/motion.h"
#include "samples/phantom/random.h"
#include "samples/phantom/target_truth.h"

using namespace seedaudit;
using Eigen::Vector3d;

TEST_CASE("chords of convex bodies: known by hand, and none outside") {
  const Shape e = ellipsoid({1, 2, 3}, {4, 5, 6});
  CHECK(std::abs(chord(e, {1, 2, -50}, {0, 0, 1}).length() - 12.0) < 1e-12);
  CHECK(std::abs(chord(e, {-50, 2, 3}, {1, 0, 0}).length() - 8.0) < 1e-12);
  CHECK(chord(e, {-50, 8, 3}, {1, 0, 0}).length() == 0.0);
  const Shape b = box({0, 0, 0}, {1, 2, 3});
  CHECK(std::abs(chord(b, {-9, -9, -9}, Vector3d(1, 1, 1).normalized()).length() - 2 * std::numbers::sqrt3) < 1e-12);
  const Shape r = rod({0, 0, 0}, {1, 0, 0}, 10, 2);
  CHECK(std::abs(chord(r, {0, 1, -9}, {0, 0, 1}).length() - 2 * std::numbers::sqrt3) < 1e-12);
  CHECK(chord(r, {5.1, 0, -9}, {0, 0, 1}).length() == 0.0);
  CHECK((extent_mm(r) - Vector3d(5, 2, 2)).norm() < 1e-12);
  CHECK(contains(r, {4.9, 1.9, 0}));
  CHECK(!contains(r, {5.1, 0, 0}));
}

TEST_CASE("a target has the volume asked for, by formula and by counting") {
  RandomStream random(3, 1);
  for (int n = 0; n < 5; ++n) {
    std::array<double, 8> u{};
    for (auto& v : u) v = random.uniform();
    const double cc = 5.0 + 10.0 * n;
    const TargetShape t = make_target({10, -20, 30}, cc, u);
    // The formula integrates a smooth function on 8192 directions.
    CHECK(std::abs(t.volume_cc() / cc - 1.0) < 1e-9);
    const double step = 0.8;
    const auto points = t.lattice(step);
    // Counting N lattice points of a smooth body errs by about N^(1/3) points.
    const auto counted = static_cast<double>(points.size());
    CHECK(std::abs(counted * step * step * step / 1000.0 / cc - 1.0) < 3.0 * std::pow(counted, -2.0 / 3.0));
    CHECK(t.grown(5).volume_cc() > t.volume_cc());
    CHECK(t.grown(-2).volume_cc() < t.volume_cc());
    for (const auto& p : points) REQUIRE(t.contains(p));
  }
}

TEST_CASE("contours and slabs of a ball: areas and volume by formula") {
  const auto grid = GridGeometry<PlanFrame>::make({64, 64, 40}, {1, 1, 2.5}, {Vector3d(-32, -32, -48.7)}, Eigen::Matrix3d::Identity());
  const Vector3d center(3, -2, 1);
  Box<PlanFrame> around;
  around.include({center - Vector3d::Constant(21)});
  around.include({center + Vector3d::Constant(21)});
  const InsideTest ball = [&](const Vector3d& p) { return (p - center).norm() <= 20.0; };
  const auto contours = contours_of<PlanFrame>(ball, around, grid.value());
  REQUIRE(contours.size() > 14);
  double areas = 0.0;
  for (const auto& c : contours) {
    const double dz = c.points.front().mm.z() - center.z();
    const double radius = std::sqrt(400.0 - dz * dz);
    areas += std::numbers::pi * radius * radius;
    for (const auto& p : c.points) CHECK(std::abs((p.mm - center).norm() - 20.0) < 0.02);
  }
  // A polygon of 96 corners on a circle lacks (2 pi / 96)^2 / 6 = 0.07 % of its area.
  CHECK(std::abs(slab_volume_cc(contours, 2.5) / (areas * 2.5 / 1000.0) - 1.0) < 0.002);
  const auto points = slab_points(contours, 2.5, 0.625);
  CHECK(std::abs(static_cast<double>(points.size()) * 0.625 * 0.625 * 0.625 / 1000.0 / slab_volume_cc(contours, 2.5) - 1.0) < 0.005);
}

TEST_CASE("motion: inverse, rigid bones, bending as large as asked") {
  Scenario s = *find_scenario("prone");
  const Anatomy a = build_anatomy(s, 4, Vector3d(0, 1, 0));
  const Motion m = make_motion(s, a, 4, 25.0);
  RandomStream random(9, 9);
  for (int i = 0; i < 50; ++i) {
    const Vector3d p(random.uniform(-150, 150), random.uniform(-100, 100), random.uniform(-150, 150));
    CHECK((m.unmap(m.map(p, 1.0), 1.0) - p).norm() < 1e-6);
    CHECK((m.map(p, 0.0) - m.rigid() * p).norm() < 1e-12);
    // The linear part predicts a step of 1 mm to the curvature of the bend: 1.5 mm x (2 pi / 260)^2 / 2.
    const Vector3d e(0.6, -0.8, 0.0);
    CHECK((m.map(p + e, 1.0) - m.map(p, 1.0) - m.jacobian(p, 1.0) * e).norm() < 1.5e-3);
  }
  // The liver's centre slides by the breathing shift: -9 mm along the body and a quarter of it front to back.
  const Vector3d slide = m.rigid().inverse() * m.map(a.right_lobe.center, 1.0) - a.right_lobe.center;
  CHECK(std::abs(slide.z() + 9.0) < 1e-9);
  CHECK(std::abs(slide.y() - 2.25) < 1e-9);
}

TEST_CASE("the patient of a seed does not depend on how the patient lies, but for the gas") {
  const Scenario s = *find_scenario("clean-2p5mm");
  const Anatomy supine = build_anatomy(s, 11, Vector3d(0, -1, 0));
  const Anatomy prone = build_anatomy(s, 11, Vector3d(0, 1, 0));
  REQUIRE(supine.scene.bodies.size() == prone.scene.bodies.size());
  int moved = 0;
  for (std::size_t i = 0; i < supine.scene.bodies.size(); ++i) {
    const auto& a = supine.scene.bodies[i];
    const auto& b = prone.scene.bodies[i];
    REQUIRE(a.name == b.name);
    if ((a.shape.center - b.shape.center).norm() > 1e-9) {
      CHECK(a.name == "gas");
      ++moved;
    }
  }
  CHECK(moved > 0);
  CHECK(supine.scene.organ_at(supine.target.center) == "tumour");
  CHECK((build_anatomy(s, 12, Vector3d(0, -1, 0)).target.center - supine.target.center).norm() > 0.1);
}
