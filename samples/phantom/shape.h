// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/frames.h"

/// Convex bodies with exact chords. Every body is the image of a unit body under an affine map, so rotation, scaling and the local part of
/// a deformation turn a body into a body of the same kind.
namespace seedaudit {

enum class ShapeKind : std::uint8_t {
  ellipsoid,  ///< |q| <= 1
  cylinder,   ///< qx^2 + qy^2 <= 1, |qz| <= 1: elliptical, capped
  box         ///< |qx|, |qy|, |qz| <= 1
};

/// p = center + half_axes * q with q in the unit body; mm.
struct Shape {
  ShapeKind kind = ShapeKind::ellipsoid;
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  Eigen::Matrix3d half_axes = Eigen::Matrix3d::Identity();
};

Shape ellipsoid(const Eigen::Vector3d& center, const Eigen::Vector3d& half_axes_mm);
/// Circular cylinder from its centre, unit axis, length and radius.
Shape rod(const Eigen::Vector3d& center, const Eigen::Vector3d& axis, double length_mm, double radius_mm);
/// Circular cylinder between the centres of its caps.
Shape rod_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to, double radius_mm);
Shape box(const Eigen::Vector3d& center, const Eigen::Vector3d& half_axes_mm);

/// A rotation that takes z to `axis`.
Eigen::Matrix3d frame_of(const Eigen::Vector3d& axis);

bool contains(const Shape& shape, const Eigen::Vector3d& p);
/// Half the size of the bounding box along x, y, z.
Eigen::Vector3d extent_mm(const Shape& shape);
/// Half the width of the shape's shadow along a unit direction.
double half_width_mm(const Shape& shape, const Eigen::Vector3d& direction);

struct Chord {
  double enter = 0.0;
  double leave = 0.0;
  double length() const { return leave > enter ? leave - enter : 0.0; }
};

/// Part of the line origin + t * direction inside a unit body of `kind` (both given in the unit body's coordinates).
Chord unit_chord(ShapeKind kind, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction);
/// Part of the line origin + t * direction inside the shape; length in mm where direction is of unit length.
Chord chord(const Shape& shape, const Eigen::Vector3d& origin, const Eigen::Vector3d& direction);

}  // namespace seedaudit
