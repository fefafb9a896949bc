// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Spheres, cylinders and cones, contoured on slices of 1 to 5 mm, in linear gradients and around a point source, after Nelms et al., Med
// Phys 42:4435 (2015). The bar is 0.5 % of dose and half a point of volume above 1 cc, 2 % and 2 points at 0.1 cc, of the slabs that the
// contours state: how far those are from the body is the contours' affair (docs/validation.md).
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/dosimetry/coarse_slices.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

void check_slabs(const std::optional<CoarseErrors>& e, double bar_pct) {
  REQUIRE(e);
  CHECK(e->slabs_d_pct < bar_pct);
  CHECK(e->slabs_v_points < bar_pct);
}

void check_gradients(const std::vector<double>& thicknesses, const std::vector<bool>& sizes) {
  for (const double thickness : thicknesses)
    for (const bool large : sizes)
      for (const NamedBody& shape : bodies(12.0)) {
        Body body = shape.body;
        if (!large) body.half = half_of(body, 0.1);
        for (const Eigen::Vector3d& direction : directions()) {
          CAPTURE(shape.name, thickness, large, direction.transpose());
          check_slabs(in_gradient(body, thickness, direction), large ? 0.5 : 2.0);
        }
      }
}

}  // namespace

TEST_CASE("C1-13: linear gradients through spheres, cylinders and cones on slices of 3 mm: the DVH is that of the slabs", "[heavy]") {
  check_gradients({3.0}, {true});
}

TEST_CASE("the same on slices of 1 to 5 mm, large and of 0.1 cc", "[heavy]") {
  check_gradients({1.0, 2.0, 2.5, 3.0, 4.0, 5.0}, {true, false});
}

TEST_CASE("a point source in and beside the middle of spheres on slices of 1 to 5 mm: the DVH is that of the slabs", "[heavy]") {
  for (const double thickness : {1.0, 2.5, 3.0, 5.0})
    for (const double off : {0.0, 0.5}) {
      CAPTURE(thickness, off);
      check_slabs(around_source({Body::Kind::sphere, 12.0}, thickness, off), 0.5);
      check_slabs(around_source({Body::Kind::sphere, half_of({Body::Kind::sphere, 12.0}, 0.1)}, thickness, off), 2.0);
    }
}

TEST_CASE("the truth of slabs is that of the body where slices are thin, and so are volumes", "[heavy]") {
  // The yardstick itself: 0.2 mm slices of bodies of 12 mm; sections of 180 corners lack 0.02 % of a circle.
  for (const NamedBody& shape : bodies(12.0)) {
    const Slabs slabs{contoured(shape.body, 0.2, 0.1), 0.2};
    CAPTURE(shape.name);
    CHECK(slabs.volume_mm3() / shape.body.volume_mm3() == Approx(1.0).epsilon(2e-3));
    for (const Eigen::Vector3d& d : directions())
      for (const double t : {-6.0, 0.0, 4.0}) CHECK(slabs.share_beyond(d, t) == Approx(shape.body.share_beyond(d, t)).margin(3e-3));
  }
  const Body sphere{Body::Kind::sphere, 12.0};
  const Slabs slabs{contoured(sphere, 0.2, 0.1), 0.2};
  // A sphere within a sphere, and two spheres of 12 mm whose middles are 12 mm apart: 5/16 of their volume in common.
  CHECK(slabs.share_within(Eigen::Vector3d::Zero(), 6.0) == Approx(0.125).epsilon(2e-3));
  CHECK(slabs.share_within(Eigen::Vector3d(0.0, 12.0, 0.0), 12.0) == Approx(0.3125).epsilon(3e-3));
  // Closed form of the cap of a sphere: h^2 (3 R - h) pi / 3.
  CHECK(sphere.share_beyond(Eigen::Vector3d::UnitX(), 4.0) * sphere.volume_mm3() == Approx(kPi * 64.0 * (36.0 - 8.0) / 3.0).epsilon(1e-5));
  CHECK(sphere.share_beyond(Eigen::Vector3d::UnitZ(), 4.0) * sphere.volume_mm3() == Approx(kPi * 64.0 * (36.0 - 8.0) / 3.0).epsilon(1e-5));
}
