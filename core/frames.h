// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

/// Every coordinate is DICOM patient LPS in millimetres, in a named frame of reference (docs/geometry.md). RAS exists only inside io/.
namespace seedaudit {

struct CtFrame;     ///< frame of reference of the post-op CT
struct PlanFrame;   ///< frame of reference of plan, pre-op image and pre-op contours
struct LaterFrame;  ///< frame of reference of a CT made at a later time, in which the same seeds are followed

template <class F>
struct Point {
  Eigen::Vector3d mm = Eigen::Vector3d::Zero();
};

template <class F>
double distance_mm(const Point<F>& a, const Point<F>& b) {
  return (a.mm - b.mm).norm();
}

/// Direction of a seed or needle, of unit length. A seed is symmetric: +axis and -axis mean the same.
template <class F>
struct Axis {
  Eigen::Vector3d unit = Eigen::Vector3d::UnitZ();
};

/// Angle between two axes without sign, 0..90 degrees.
template <class F>
double angle_deg(const Axis<F>& a, const Axis<F>& b) {
  const double c = std::min(1.0, std::abs(a.unit.dot(b.unit)));
  return std::acos(c) * 180.0 / 3.14159265358979323846;
}

/// to_from * p: reads as target_from_source; composition and application that mix frames do not compile (tests/compile_fail).
template <class To, class From>
struct Rigid {
  Eigen::Isometry3d iso = Eigen::Isometry3d::Identity();

  Rigid<From, To> inverse() const { return {iso.inverse(Eigen::Isometry)}; }
};

template <class To, class From>
Point<To> operator*(const Rigid<To, From>& to_from, const Point<From>& p) {
  return {to_from.iso * p.mm};
}

template <class To, class From>
Axis<To> operator*(const Rigid<To, From>& to_from, const Axis<From>& a) {
  return {(to_from.iso.linear() * a.unit).normalized()};
}

template <class To, class Mid, class From>
Rigid<To, From> operator*(const Rigid<To, Mid>& a, const Rigid<Mid, From>& b) {
  return {a.iso * b.iso};
}

}  // namespace seedaudit
