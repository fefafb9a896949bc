// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/target_shape.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace seedaudit {

double TargetShape::surface(const Eigen::Vector3d& n) const {
  return 1.0 + bumps[0] * (n.x() * n.x() * n.x() - 0.6 * n.x()) + bumps[1] * n.y() * n.z() + bumps[2] * n.x() * n.y() * n.z() * 3.0;
}

bool TargetShape::contains(const Eigen::Vector3d& p) const {
  const Eigen::Vector3d q = half_axes.inverse() * (p - center);
  const double r = q.norm();
  return r < 1e-9 || r <= surface(q / r);
}

double TargetShape::mean_radius_mm() const { return std::cbrt(volume_cc() * 1000.0 * 3.0 / (4.0 * std::numbers::pi)); }

double TargetShape::volume_cc() const {
  // Integral of surface^3 / 3 over the sphere, on a product grid: the integrand is smooth and the grid is symmetric in the odd terms.
  constexpr int kRings = 64;
  constexpr int kSpokes = 128;
  double sum = 0.0;
  for (int i = 0; i < kRings; ++i) {
    const double z = -1.0 + 2.0 * (i + 0.5) / kRings;
    const double rho = std::sqrt(1.0 - z * z);
    for (int j = 0; j < kSpokes; ++j) {
      const double phi = 2.0 * std::numbers::pi * (j + 0.5) / kSpokes;
      const double s = surface({rho * std::cos(phi), rho * std::sin(phi), z});
      sum += s * s * s;
    }
  }
  const double solid_angle = 4.0 * std::numbers::pi / (kRings * kSpokes);
  return std::abs(half_axes.determinant()) * sum * solid_angle / 3.0 / 1000.0;
}

TargetShape TargetShape::grown(double margin_mm) const {
  TargetShape out = *this;
  for (int c = 0; c < 3; ++c) {
    const double length = half_axes.col(c).norm();
    out.half_axes.col(c) *= (length + margin_mm) / length;
  }
  return out;
}

std::vector<Eigen::Vector3d> TargetShape::lattice(double spacing_mm) const {
  const Shape hull{ShapeKind::ellipsoid, center, half_axes * 1.3};
  const Eigen::Vector3d e = extent_mm(hull);
  const Eigen::Matrix3d inverse = half_axes.inverse();
  std::vector<Eigen::Vector3d> out;
  const Eigen::Vector3i n = (e / spacing_mm).array().ceil().cast<int>();
  for (int k = -n.z(); k <= n.z(); ++k)
    for (int j = -n.y(); j <= n.y(); ++j)
      for (int i = -n.x(); i <= n.x(); ++i) {
        const Eigen::Vector3d d = spacing_mm * Eigen::Vector3d(i, j, k);
        const Eigen::Vector3d q = inverse * d;
        const double r = q.norm();
        if (r < 1e-9 || r <= surface(q / r)) out.push_back(center + d);
      }
  return out;
}

TargetShape make_target(const Eigen::Vector3d& center, double volume_cc, const std::array<double, 8>& u) {
  TargetShape t;
  t.center = center;
  const double cosine = 2.0 * u[0] - 1.0;
  const double rho = std::sqrt(1.0 - cosine * cosine);
  const double phi = 2.0 * std::numbers::pi * u[1];
  const Eigen::Vector3d ratio(0.85 + 0.3 * u[2], 0.85 + 0.3 * u[3], 0.85 + 0.3 * u[4]);
  t.half_axes = frame_of({rho * std::cos(phi), rho * std::sin(phi), cosine}) * ratio.asDiagonal();
  t.bumps = {0.24 * (u[5] - 0.5), 0.24 * (u[6] - 0.5), 0.24 * (u[7] - 0.5)};
  t.half_axes *= std::cbrt(volume_cc / t.volume_cc());
  return t;
}

}  // namespace seedaudit
