// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/deformed_outline.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

namespace seedaudit {
namespace {

/// A ball drawn on planes 3 mm apart, with a hole through it where asked.
Structure<PlanFrame> ball(double radius_mm, double hole_mm) {
  Structure<PlanFrame> s;
  s.name = "CTV";
  s.number = 7;
  s.interpreted_type = "CTV";
  for (double z = -radius_mm + 1.5; z < radius_mm; z += 3.0) {
    const auto ring = [&](double r) {
      Contour<PlanFrame> c;
      for (int n = 0; n < 72; ++n) {
        const double a = n * std::numbers::pi / 36.0;
        c.points.push_back({{r * std::cos(a), r * std::sin(a), z}});
      }
      s.contours.push_back(c);
    };
    const double r = std::sqrt(radius_mm * radius_mm - z * z);
    ring(r);
    if (hole_mm > 0.0 && r > hole_mm + 1.0) ring(hole_mm);
  }
  return s;
}

/// Stretch along z by a factor, on top of a turn and a shift.
Warp<CtFrame, PlanFrame> stretched(double factor) {
  const auto grid =
      GridGeometry<PlanFrame>::make({31, 31, 31}, {3.0, 3.0, 3.0}, {{-45.0, -45.0, -45.0}}, Eigen::Matrix3d::Identity()).value();
  Warp<CtFrame, PlanFrame> w;
  w.rigid.iso = Eigen::Translation3d(5.0, -80.0, 300.0) * Eigen::AngleAxisd(0.4, Eigen::Vector3d(1.0, 2.0, 3.0).normalized());
  std::vector<Eigen::Vector3f> mm;
  for (int k = 0; k < 31; ++k)
    for (int n = 0; n < 31 * 31; ++n)
      mm.push_back((w.rigid.iso.linear() * Eigen::Vector3d(0.0, 0.0, (factor - 1.0) * (-45.0 + 3.0 * k))).cast<float>());
  using Field = DisplacementField<CtFrame, PlanFrame>;
  w.field = std::make_shared<const Field>(Field::make(grid, std::move(mm)).value());
  return w;
}

}  // namespace

TEST_CASE("A deformed structure has the volume and the place that the deformation gives it", "[pipeline]") {
  for (const double hole : {0.0, 4.0}) {
    const Structure<PlanFrame> drawn = ball(15.0, hole);
    const auto before = StructureVolume<PlanFrame>::make(drawn).value();
    const auto warp = stretched(1.2);
    const Structure<CtFrame> outline = deformed_outline(warp, before, drawn);
    CHECK(outline.name == "CTV");
    CHECK(outline.number == 7);
    CHECK(outline.contours.size() > drawn.contours.size());  // more planes: it is longer now
    const auto after = StructureVolume<CtFrame>::make(outline).value();
    // Slabs of 3 mm, cut on the same spacing: the ends may gain or lose half a slab of a ball's cap.
    CHECK(std::abs(after.volume_cc() / before.volume_cc() - 1.2) < 0.03);
    CHECK(distance_mm(after.centroid(), warp * before.centroid()) < 0.3);
    CHECK(after.contains(warp * Point<PlanFrame>{{8.0, 0.0, 0.0}}));
    CHECK(after.contains(warp * Point<PlanFrame>{{0.0, 0.0, 0.0}}) == (hole == 0.0));
    CHECK_FALSE(after.contains(warp * Point<PlanFrame>{{0.0, 18.0, 0.0}}));
  }
}

TEST_CASE("Without displacement the cut gives back what was drawn", "[pipeline]") {
  const Structure<PlanFrame> drawn = ball(12.0, 0.0);
  const auto before = StructureVolume<PlanFrame>::make(drawn).value();
  const auto after = StructureVolume<CtFrame>::make(deformed_outline(stretched(1.0), before, drawn)).value();
  CHECK(std::abs(after.volume_cc() / before.volume_cc() - 1.0) < 0.01);
}

}  // namespace seedaudit
