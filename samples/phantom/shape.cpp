// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/shape.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace seedaudit {

Shape ellipsoid(const Eigen::Vector3d& center, const Eigen::Vector3d& half_axes_mm) {
  return {ShapeKind::ellipsoid, center, half_axes_mm.asDiagonal()};
}

Eigen::Matrix3d frame_of(const Eigen::Vector3d& axis) {
  const Eigen::Vector3d w = axis.normalized();
  const Eigen::Vector3d helper = std::abs(w.z()) < 0.9 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
  const Eigen::Vector3d u = helper.cross(w).normalized();
  Eigen::Matrix3d m;
  m << u, w.cross(u), w;
  return m;
}

Shape rod(const Eigen::Vector3d& center, const Eigen::Vector3d& axis, double length_mm, double radius_mm) {
  return {ShapeKind::cylinder, center, frame_of(axis) * Eigen::Vector3d(radius_mm, radius_mm, 0.5 * length_mm).asDiagonal()};
}

Shape rod_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to, double radius_mm) {
  return rod(0.5 * (from + to), to - from, (to - from).norm(), radius_mm);
}

Shape box(const Eigen::Vector3d& center, const Eigen::Vector3d& half_axes_mm) {
  return {ShapeKind::box, center, half_axes_mm.asDiagonal()};
}

bool contains(const Shape& shape, const Eigen::Vector3d& p) {
  const Eigen::Vector3d q = shape.half_axes.inverse() * (p - shape.center);
  switch (shape.kind) {
    case ShapeKind::ellipsoid:
      return q.squaredNorm() <= 1.0;
    case ShapeKind::cylinder:
      return q.head<2>().squaredNorm() <= 1.0 && std::abs(q.z()) <= 1.0;
    case ShapeKind::box:
      return q.cwiseAbs().maxCoeff() <= 1.0;
  }
  return false;
}

double half_width_mm(const Shape& shape, const Eigen::Vector3d& direction) {
  const Eigen::Vector3d w = shape.half_axes.transpose() * direction;
  switch (shape.kind) {
    case ShapeKind::ellipsoid:
      return w.norm();
    case ShapeKind::cylinder:
      return w.head<2>().norm() + std::abs(w.z());
    case ShapeKind::box:
      return w.cwiseAbs().sum();
  }
  return 0.0;
}

Eigen::Vector3d extent_mm(const Shape& shape) {
  return {half_width_mm(shape, Eigen::Vector3d::UnitX()), half_width_mm(shape, Eigen::Vector3d::UnitY()),
          half_width_mm(shape, Eigen::Vector3d::UnitZ())};
}

namespace {

constexpr double kFar = std::numeric_limits<double>::max();

/// a t^2 + 2 b t + c <= 0
Chord quadratic(double a, double b, double c) {
  if (!(a > 1e-14)) return c <= 0.0 ? Chord{-kFar, kFar} : Chord{};
  const double d = b * b - a * c;
  if (!(d > 0.0)) return {};
  const double root = std::sqrt(d);
  return {(-b - root) / a, (-b + root) / a};
}

Chord slab(double origin, double direction) {
  if (std::abs(direction) < 1e-14) return std::abs(origin) <= 1.0 ? Chord{-kFar, kFar} : Chord{};
  const double t0 = (-1.0 - origin) / direction;
  const double t1 = (1.0 - origin) / direction;
  return {std::min(t0, t1), std::max(t0, t1)};
}

Chord both(const Chord& a, const Chord& b) {
  const Chord c{std::max(a.enter, b.enter), std::min(a.leave, b.leave)};
  return c.leave > c.enter ? c : Chord{};
}

}  // namespace

Chord unit_chord(ShapeKind kind, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction) {
  switch (kind) {
    case ShapeKind::ellipsoid:
      return quadratic(direction.squaredNorm(), origin.dot(direction), origin.squaredNorm() - 1.0);
    case ShapeKind::cylinder:
      return both(slab(origin.z(), direction.z()), quadratic(direction.head<2>().squaredNorm(), origin.head<2>().dot(direction.head<2>()),
                                                             origin.head<2>().squaredNorm() - 1.0));
    case ShapeKind::box:
      return both(both(slab(origin.x(), direction.x()), slab(origin.y(), direction.y())), slab(origin.z(), direction.z()));
  }
  return {};
}

Chord chord(const Shape& shape, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction) {
  const Eigen::Matrix3d inverse = shape.half_axes.inverse();
  return unit_chord(shape.kind, inverse * (origin - shape.center), inverse * direction);
}

}  // namespace seedaudit
