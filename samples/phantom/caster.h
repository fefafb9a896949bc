// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samples/phantom/shape.h"

namespace seedaudit {

/// A shape prepared for rays: unit-body coordinates are linear in the ray's parameters.
struct Caster {
  ShapeKind kind = ShapeKind::ellipsoid;
  Eigen::Matrix3d inverse;
  Eigen::Vector3d base;  ///< unit-body coordinates of the axis at z = 0
  Eigen::Vector3d across = Eigen::Vector3d::Zero();
  Eigen::Vector3d along = Eigen::Vector3d::Zero();

  explicit Caster(const Shape& s) : kind(s.kind), inverse(s.half_axes.inverse()), base(-(inverse * s.center)) {}
  void aim(double cosine, double sine) {
    across = inverse * Eigen::Vector3d(cosine, sine, 0.0);
    along = inverse * Eigen::Vector3d(-sine, cosine, 0.0);
  }
  Eigen::Vector3d at_height(double z) const { return base + z * inverse.col(2); }
};

}  // namespace seedaudit
