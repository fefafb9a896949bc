// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/slice_outlines.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/dosimetry/analytic.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

/// Slices of an image that is turned in the room, as one taken with the patient lying askew.
GridGeometry<CtFrame> turned_slices(double step_mm, int n, const Eigen::Matrix3d& direction = Eigen::Matrix3d::Identity()) {
  const Eigen::Vector3d first = direction * Eigen::Vector3d(-50.0, 60.0, -0.5 * (n - 1) * step_mm + 0.1);
  return GridGeometry<CtFrame>::make({4, 4, n}, {9.0, 7.0, step_mm}, {first}, direction).value();
}

Eigen::Matrix3d turned(double deg) {
  return Eigen::AngleAxisd(deg * kPi / 180.0, Eigen::Vector3d(2.0, -1.0, 0.5).normalized()).toRotationMatrix();
}

double turned_area_mm2(const Contour<CtFrame>& c, const Eigen::Vector3d& normal) {
  Eigen::Vector3d twice = Eigen::Vector3d::Zero();
  for (std::size_t n = 0; n < c.points.size(); ++n) twice += c.points[n].mm.cross(c.points[(n + 1) % c.points.size()].mm);
  return 0.5 * twice.dot(normal);
}

double volume_cc(const Structure<CtFrame>& s, const GridGeometry<CtFrame>& turned_slices) {
  double sum = 0.0;
  for (const auto& c : s.contours) sum += turned_area_mm2(c, turned_slices.direction().col(2));
  return std::abs(sum) * turned_slices.spacing_mm()[2] / 1000.0;
}

}  // namespace

TEST_CASE("a tilted target drawn anew lies on the slices and encloses the same volume") {
  // 12.5 mm in radius, on planes 2.5 mm apart that stand 12 degrees askew to the slices.
  const Structure<CtFrame> target = transform(Rigid<CtFrame, CtFrame>{Eigen::Isometry3d(turned(12.0))}, sphere(12.5, 10));
  const auto volume = StructureVolume<CtFrame>::make(target).value();
  for (const double step : {1.0, 2.5, 5.0}) {
    CAPTURE(step);
    const auto grid = turned_slices(step, 61);
    CHECK_FALSE(lies_on_slices(target, grid));
    const Structure<CtFrame> drawn = outline_on_slices(target, volume, grid);
    CHECK(drawn.name == target.name);
    CHECK(lies_on_slices(drawn, grid));
    // The slabs' steps cost at most half a slice of the two end slabs, whose discs have 2 x 25 x 2.5 x pi / 10 of the whole's 1/10; what is
    // left is the rule of midpoints on a round body, (step / diameter)^2, and chords over nodes of 0.5 mm, 0.1 %.
    CHECK(std::abs(volume_cc(drawn, grid) / volume.volume_cc() - 1.0) < 0.002 + std::pow(step / 25.0, 2));
    // Read as slabs, as any program that takes contours by slices does, it is the same body: nowhere farther off than half a slice and the
    // step between two slabs.
    const auto read = StructureVolume<CtFrame>::make(drawn).value();
    CHECK((read.centroid().mm - volume.centroid().mm).norm() < 0.1 + 0.02 * step);
    for (const auto& c : drawn.contours)
      for (std::size_t n = 0; n < c.points.size(); n += 7) CHECK(std::abs(volume.signed_distance_mm(c.points[n])) < 1e-3);
  }
}

TEST_CASE("a hole stays a hole on the slices of an image that is turned, and what no slice cuts has no contour") {
  Structure<CtFrame> target = sphere(12.0, 12);
  const Structure<CtFrame> hole = sphere(6.0, 6);
  // The hole's planes are those of the middle six.
  for (const auto& c : hole.contours) target.contours.push_back(c);
  const auto volume = StructureVolume<CtFrame>::make(target).value();
  const auto grid = turned_slices(1.0, 81, turned(90.0));
  const Structure<CtFrame> drawn = outline_on_slices(target, volume, grid);
  CHECK(lies_on_slices(drawn, grid));
  CHECK(volume_cc(drawn, grid) == Approx(volume.volume_cc()).epsilon(0.005));
  CHECK(volume.volume_cc() < 0.95 * StructureVolume<CtFrame>::make(sphere(12.0, 12)).value().volume_cc());
  std::size_t turns = 0;
  for (const auto& c : drawn.contours) turns += turned_area_mm2(c, grid.direction().col(2)) > 0.0 ? 1 : 0;
  CHECK(turns > 0);
  CHECK(turns < drawn.contours.size());  // inner lines run the other way round

  const auto beside = GridGeometry<CtFrame>::make({4, 4, 3}, {9.0, 7.0, 2.0}, {{0.0, 0.0, 40.0}}, Eigen::Matrix3d::Identity()).value();
  CHECK(outline_on_slices(target, volume, beside).contours.empty());
  CHECK(lies_on_slices(sphere(12.0, 12), turned_slices(1.0, 3)) == false);  // it leaves the image
}
