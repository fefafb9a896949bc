// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cmath>

#include "samples/phantom/scanner.h"
#include "tests/phantom/bench.h"

using namespace seedaudit;
using namespace seedaudit::test;
using Eigen::Vector3d;

namespace {

Scene with_seed(const Vector3d& center, const Vector3d& axis) {
  Scene s = water_cylinder(60.0);
  s.fine.push_back(make_seed({}, center, axis, kWater));
  return s;
}

Bench seed_bench(double thickness, ReconstructionKernel kernel = ReconstructionKernel::medium) {
  Bench b;
  b.kernel = kernel;
  b.geometry.detector_mm = 0.6;
  b.geometry.bins = 240;
  b.geometry.views = 300;
  b.geometry.slice_thickness_mm = thickness;
  b.image = ImageGeometry::square(80, 0.5);
  return b;
}

}  // namespace

TEST_CASE("a seed saturates thin slices and fades in thick ones") {
  const Scene along_z = with_seed({0.1, -0.2, 0}, Vector3d::UnitZ());
  const Scene in_plane = with_seed({0.1, -0.2, 0}, Vector3d::UnitX());
  Bench thin = seed_bench(1.0);
  thin.run(along_z);
  CHECK(thin.peak() > 3071.0);
  // Across: 0.8 mm of seed behind a kernel of 1.3 mm: about 2 mm or less.
  CHECK(thin.width_mm(true) > 1.0);
  CHECK(thin.width_mm(true) < 2.4);
  thin.run(in_plane);
  CHECK(thin.peak() > 3071.0);
  // Along: between the silver rod of 3.0 mm, less the pixel by which the peak exceeds the plateau, and the capsule widened by the kernel.
  CHECK(thin.width_mm(true) > 2.5);
  CHECK(thin.width_mm(true) < 5.5);
  CHECK(thin.width_mm(false) < 2.4);

  Bench thick = seed_bench(5.0, ReconstructionKernel::soft);
  thick.run(in_plane);
  const double lying = thick.peak();
  thick.run(along_z);
  const double standing = thick.peak();
  // Lying it fills a sixth of the slice, standing nearly all of it.
  CHECK(lying > 500.0);
  CHECK(lying < 2200.0);
  CHECK(standing > 1.5 * lying);
}

TEST_CASE("partial volume is taken of intensities: half a slice of metal gives less than half") {
  // A titanium bar that fills the slice, or exactly the half of it: the exponential edge-gradient effect.
  const auto peak = [](double z_low, double z_high) {
    Scene s = water_cylinder(60.0);
    s.fine.push_back(
        solid("bar", box({0, 0, 0.5 * (z_low + z_high)}, {6.0, 2.0, 0.5 * (z_high - z_low)}), Material::titanium, 4.54, kWater));
    Bench b = seed_bench(5.0);
    b.run(s);
    return b.region(0, 0, 1.0).mean;
  };
  const double whole = peak(-10, 10);
  const double half = peak(0, 10);
  CHECK(half < 0.47 * whole);
  CHECK(half > 0.2 * whole);
}

TEST_CASE("metal makes streaks: dark bands between two seeds in line") {
  Scene two = with_seed({-6, 0, 0}, Vector3d::UnitX());
  two.fine.push_back(make_seed({}, {6, 0, 0}, Vector3d::UnitX(), kWater));
  Bench b = seed_bench(2.5);
  b.run(two);
  CHECK(b.region(0, 0, 0.8).mean < -20.0);
  b.run(water_cylinder(60.0));
  CHECK(std::abs(b.region(0, 0, 0.8).mean) < 3.0);
}

TEST_CASE("the scanner clips at 3071 HU, states its geometry and puts a seed where it is") {
  AcquisitionOptions o;
  o.matrix = 96;
  o.field_of_view_mm = 60;
  o.slice_thickness_mm = o.slice_spacing_mm = 1.5;
  o.scan_length_mm = 12;
  o.views = 180;
  o.detector_mm = 0.8;
  for (const BodyPosition position : {BodyPosition::supine, BodyPosition::prone, BodyPosition::left_lateral, BodyPosition::right_lateral}) {
    o.position = position;
    const Vector3d center(30, -12, 500);
    const Vector3d where = center + Vector3d(7.3, -4.1, 1.2);
    Scene s;
    s.bodies.push_back({rod(center, {0, 0, 1}, 400, 25), kWater, false, "water", 0});
    s.fine.push_back(make_seed({}, where, Vector3d(1, 1, 1).normalized(), kWater));
    const auto v = scan<CtFrame>(s, o, {center}, 5, 1);
    REQUIRE(v);
    CHECK(v->acquisition.patient_position == dicom_patient_position(position));
    double weight = 0.0;
    Vector3d sum = Vector3d::Zero();
    int top = -2000;
    for (int k = 0; k < v->grid.size()[2]; ++k)
      for (int j = 0; j < 96; ++j)
        for (int i = 0; i < 96; ++i) {
          const auto p = v->grid.center_of({i, j, k});
          top = std::max(top, static_cast<int>(v->at(i, j, k)));
          if ((p.mm - where).norm() > 5.0) continue;
          const double w = std::max(0, v->at(i, j, k) - 300);
          weight += w;
          sum += w * p.mm;
        }
    CHECK(top == 3071);
    // The centre of mass of a clipped, sampled seed: a third of a voxel.
    CHECK((sum / weight - where).norm() < 0.3);
  }
  o.matrix = 4;
  CHECK(scan<CtFrame>({}, o, {}, 1, 1).error().code == ErrorCode::invalid_option);
}
