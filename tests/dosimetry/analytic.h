// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/structures.h"
#include "dosimetry/source_library.h"

/// Shapes and sources whose dose and volume are known in closed form.
namespace seedaudit::analytic {

inline constexpr double kPi = 3.14159265358979323846;

inline SourceModel shipped(const char* id = "6711") { return *find_source(id); }

/// A source whose dose is exactly inverse square outside its capsule: no length, g_L = 1, F = 1.
inline SourceModel point_source() {
  SourceModel s = shipped();
  s.id = s.model = "point";
  s.active_length = Cm{0.0};
  for (double& g : s.radial.g) g = 1.0;
  for (double& f : s.anisotropy.value) f = 1.0;
  for (double& f : s.anisotropy_factor.phi_an) f = 1.0;
  s.capsule_length = Mm{0.2};
  s.capsule_diameter = Mm{0.2};
  return s;
}

template <class F = CtFrame>
Contour<F> polygon(std::vector<Eigen::Vector2d> xy, double z) {
  Contour<F> c;
  for (const auto& p : xy) c.points.push_back({{p.x(), p.y(), z}});
  return c;
}

template <class F = CtFrame>
Contour<F> rectangle(double x0, double y0, double x1, double y1, double z) {
  return polygon<F>({{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, z);
}

/// Regular polygon of n corners and the area of a circle of this radius.
template <class F = CtFrame>
Contour<F> circle(double radius, double z, int n = 128, double cx = 0.0, double cy = 0.0) {
  const double corner = radius * std::sqrt(2.0 * kPi / n / std::sin(2.0 * kPi / n));
  std::vector<Eigen::Vector2d> xy;
  for (int i = 0; i < n; ++i) xy.emplace_back(cx + corner * std::cos(2.0 * kPi * i / n), cy + corner * std::sin(2.0 * kPi * i / n));
  return polygon<F>(xy, z);
}

template <class F = CtFrame>
Structure<F> structure(std::vector<Contour<F>> contours, std::string name = "target") {
  Structure<F> s;
  s.name = std::move(name);
  s.contours = std::move(contours);
  return s;
}

/// Discs of one radius on planes z0, z0 + step, ...: a cylinder of height n * step.
template <class F = CtFrame>
Structure<F> cylinder(double radius, double z0, double step, int n) {
  std::vector<Contour<F>> c;
  for (int i = 0; i < n; ++i) c.push_back(circle<F>(radius, z0 + i * step));
  return structure<F>(std::move(c));
}

/// Discs through the middles of n slabs of a sphere, each with the mean area of the sphere over its slab.
template <class F = CtFrame>
Structure<F> sphere(double radius, int n) {
  std::vector<Contour<F>> c;
  const double step = 2.0 * radius / n;
  for (int i = 0; i < n; ++i) {
    const double a = -radius + i * step, b = a + step;
    const double mean_area = kPi * (radius * radius - (a * a + a * b + b * b) / 3.0);
    c.push_back(circle<F>(std::sqrt(mean_area / kPi), 0.5 * (a + b)));
  }
  return structure<F>(std::move(c));
}

}  // namespace seedaudit::analytic
