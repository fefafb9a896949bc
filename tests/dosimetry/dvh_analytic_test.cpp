// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Cones and lying cylinders in linear dose gradients, after Nelms et al., Med Phys 42:4435 (2015): DVHs in closed form, or by one integral.
// The bar is 0.5 % of dose and half a point of volume above 1 cc, 2 % and 2 points at 0.1 cc.
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "dosimetry/dvh_calculator.h"
#include "tests/dosimetry/analytic.h"
#include "tests/dosimetry/linear_dose.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

constexpr double kBaseGy = 60.0;

/// 60 Gy at the origin and rising along `direction`, on a grid of unequal spacing.
DoseGrid<CtFrame> gradient(const Eigen::Vector3d& direction, double gy_per_mm, double half_mm) {
  return linear_dose(kBaseGy, gy_per_mm * direction, half_mm * Eigen::Vector3d(0.05, 0.06, 0.08), half_mm);
}

/// Share of a disc of radius r, by area, that lies beyond a chord at distance x from its middle, times r^2.
double segment(double r, double x) {
  if (x >= r) return 0.0;
  if (x <= -r) return kPi * r * r;
  return r * r * std::acos(x / r) - x * std::sqrt(r * r - x * x);
}

/// Simpson over [a, b].
double integral(const std::function<double(double)>& f, double a, double b) {
  constexpr int kSteps = 4000;
  const double h = (b - a) / kSteps;
  double sum = 0.0;
  for (int n = 0; n < kSteps; ++n) sum += f(a + n * h) + 4.0 * f(a + (n + 0.5) * h) + f(a + (n + 1) * h);
  return sum * h / 6.0;
}

/// A cone, apex at +half, base at -half of its axis; base radius = half. Volume share beyond a plane across the direction.
struct Cone {
  double half;
  double radius_at(double along) const { return 0.5 * (half - along); }  // half at the base, 0 at the apex
  double volume() const {
    return integral([&](double t) { return kPi * radius_at(t) * radius_at(t); }, -half, half);
  }
  double beyond_along(double t) const { return std::pow((half - t) / (2.0 * half), 3.0); }
  double beyond_across(double x) const {
    return integral([&](double t) { return segment(radius_at(t), x); }, -half, half) / volume();
  }
};

/// Standing on its base: discs, each with the mean area of the cone over its slab.
Structure<CtFrame> standing(const Cone& c, int slabs) {
  std::vector<Contour<CtFrame>> out;
  const double step = 2.0 * c.half / slabs;
  for (int n = 0; n < slabs; ++n) {
    const double a = -c.half + n * step, b = a + step, ra = c.radius_at(a), rb = c.radius_at(b);
    out.push_back(circle(std::sqrt((ra * ra + ra * rb + rb * rb) / 3.0), 0.5 * (a + b)));
  }
  return structure(std::move(out));
}

/// Lying along x: hyperbolas on planes of z.
Structure<CtFrame> lying(const Cone& c, int slabs) {
  std::vector<Contour<CtFrame>> out;
  const double step = 2.0 * c.half / slabs;
  for (int n = 0; n < slabs; ++n) {
    const double z = -c.half + (n + 0.5) * step, end = c.half - 2.0 * std::abs(z);  // where the radius has shrunk to |z|
    std::vector<Eigen::Vector2d> xy;
    constexpr int kPoints = 100;
    for (int side : {1, -1})
      for (int k = side > 0 ? 0 : 1; k <= kPoints; ++k) {
        const double s = static_cast<double>(side > 0 ? k : kPoints - k) / kPoints;
        const double x = -c.half + (end + c.half) * (1.0 - (1.0 - s) * (1.0 - s));
        xy.emplace_back(x, side * std::sqrt(std::max(0.0, c.radius_at(x) * c.radius_at(x) - z * z)));
      }
    out.push_back(polygon(xy, z));
  }
  return structure(std::move(out));
}

/// Cylinder of radius r and length 2 r lying along x: rectangles on planes of z, each of the mean width over its slab.
Structure<CtFrame> lying_cylinder(double r, int slabs) {
  std::vector<Contour<CtFrame>> out;
  const double step = 2.0 * r / slabs;
  const auto primitive = [&](double z) { return 0.5 * (z * std::sqrt(std::max(0.0, r * r - z * z)) + r * r * std::asin(z / r)); };
  for (int n = 0; n < slabs; ++n) {
    const double a = -r + n * step, b = std::min(r, a + step), w = (primitive(b) - primitive(a)) / step;
    out.push_back(rectangle(-r, -w, r, w, 0.5 * (a + b)));
  }
  return structure(std::move(out));
}

/// Compares D95..D5 and the volumes at the same doses. \param share_beyond volume share beyond a plane at this place along the direction
void compare(const Structure<CtFrame>& s, const Eigen::Vector3d& direction, double half, double tolerance,
             const std::function<double(double)>& share_beyond) {
  const double gy_per_mm = 40.0 / half;  // from 20 to 100 Gy over the structure
  const auto volume = StructureVolume<CtFrame>::make(s);
  REQUIRE(volume.ok());
  const auto sampled = sample_dose(*volume, gradient(direction, gy_per_mm, 1.3 * half), Gy{kBaseGy});
  REQUIRE(sampled.ok());
  CHECK(sampled->stable);
  for (const double q : {95.0, 90.0, 50.0, 10.0, 5.0}) {
    double low = -2.0 * half, high = 2.0 * half;
    for (int n = 0; n < 60; ++n) (100.0 * share_beyond(0.5 * (low + high)) >= q ? low : high) = 0.5 * (low + high);
    const double truth = kBaseGy + gy_per_mm * low;
    INFO("D" << q << " " << sampled->dvh.dose_at_volume_pct(q).value << ", truth " << truth << ", V "
             << sampled->dvh.volume_pct_at(Gy{truth}));
    CHECK(std::abs(sampled->dvh.dose_at_volume_pct(q).value / truth - 1.0) < tolerance);
    CHECK(std::abs(sampled->dvh.volume_pct_at(Gy{truth}) - q) < 100.0 * tolerance);
  }
}

struct Size {
  double half;
  int slabs;
  double tolerance;
};
/// 3.6 cc at slices of 1 and 0.5 mm, 0.12 cc at 0.5 and 0.25 mm. Coarser ones are exact for the steps that they draw, and no longer cones.
const std::vector<Size> kSizes{{12.0, 24, 0.005}, {12.0, 48, 0.005}, {3.9, 16, 0.02}, {3.9, 32, 0.02}};

}  // namespace

TEST_CASE("linear gradients along and across standing cones") {
  for (const Size& z : kSizes) {
    CAPTURE(z.half, z.slabs);
    const Cone c{z.half};
    const auto s = standing(c, z.slabs);
    // Along the axis a slab's dose is spread over its thickness as in the cone, but its shape is a step: half a step of volume.
    compare(s, Eigen::Vector3d::UnitZ(), z.half, z.tolerance, [&](double t) {
      return t <= -c.half ? 1.0 : t >= c.half ? 0.0 : c.beyond_along(t);
    });
    compare(s, Eigen::Vector3d::UnitX(), z.half, z.tolerance, [&](double x) { return c.beyond_across(x); });
    compare(s, Eigen::Vector3d(0.6, 0.8, 0.0), z.half, z.tolerance, [&](double x) { return c.beyond_across(x); });
  }
}

TEST_CASE("linear gradients along and across lying cones") {
  for (const Size& z : kSizes) {
    CAPTURE(z.half, z.slabs);
    const Cone c{z.half};
    const auto s = lying(c, z.slabs);
    compare(s, Eigen::Vector3d::UnitX(), z.half, z.tolerance, [&](double t) {
      return t <= -c.half ? 1.0 : t >= c.half ? 0.0 : c.beyond_along(t);
    });
    compare(s, Eigen::Vector3d::UnitY(), z.half, z.tolerance, [&](double x) { return c.beyond_across(x); });
    compare(s, Eigen::Vector3d::UnitZ(), z.half, z.tolerance, [&](double x) { return c.beyond_across(x); });
  }
}

TEST_CASE("linear gradients along and across lying cylinders, and aslant") {
  for (const double r : {12.0, 2.52}) {  // 10.9 cc; 0.1 cc
    for (const int slabs : {24, 48}) {
      CAPTURE(r, slabs);
      const double tolerance = r > 5.0 ? 0.005 : 0.02;
      const auto s = lying_cylinder(r, slabs);
      const auto along = [&](double t) { return std::clamp(0.5 * (1.0 - t / r), 0.0, 1.0); };
      const auto across = [&](double x) { return segment(r, x) / (kPi * r * r); };
      compare(s, Eigen::Vector3d::UnitX(), r, tolerance, along);
      compare(s, Eigen::Vector3d::UnitY(), r, tolerance, across);
      compare(s, Eigen::Vector3d::UnitZ(), r, tolerance, across);
      const double k = std::sqrt(0.5);
      compare(s, Eigen::Vector3d(k, k, 0.0), 1.5 * r, tolerance,
              [&](double t) { return integral([&](double x) { return segment(r, t / k - x); }, -r, r) / (2.0 * kPi * r * r * r); });
    }
  }
}

TEST_CASE("C1-5, C1-11: a target of 500 cc and one of 0.1 cc around a point source: D90 in closed form, and stable") {
  // V(d) = (d_R / d)^1.5, so D90 = 0.9^(-2/3) d_R; spheres in slabs of a fiftieth of their diameter.
  for (const double cc : {500.0, 0.1}) {
    const double radius = std::cbrt(1000.0 * cc * 3.0 / (4.0 * kPi));
    const auto volume = StructureVolume<CtFrame>::make(sphere(radius, 50));
    REQUIRE(volume.ok());
    CHECK(volume->volume_cc() == Approx(cc).epsilon(1e-3));
    const SourceModel source = point_source();
    const std::vector<DoseSeed<CtFrame>> seeds{{Point<CtFrame>{}, std::nullopt, AirKermaU{1.0}}};
    const double at_surface =
        source.dose_rate_constant * 0.01 * mean_life(source.half_life).value * 100.0 / (radius * radius);  // inverse square from 1 cm
    const auto sampled = sample_dose(*volume, seeds, source, Gy{at_surface});
    REQUIRE(sampled.ok());
    CAPTURE(cc, radius);
    CHECK(sampled->stable);
    CHECK(std::abs(sampled->dvh.dose_at_volume_pct(90.0).value / (at_surface * std::pow(0.9, -2.0 / 3.0)) - 1.0) <
          (cc > 1.0 ? 0.005 : 0.02));
  }
}
