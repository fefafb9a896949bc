// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "samples/phantom/shape.h"

namespace seedaudit {

/// A lumpy ellipsoid: |q| <= 1 + bumps(q / |q|) with p = center + half_axes * q. Star-shaped about its centre.
struct TargetShape {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  Eigen::Matrix3d half_axes = Eigen::Matrix3d::Identity();
  std::array<double, 3> bumps{};  ///< amplitudes, each below 0.2

  /// Surface at a direction of the unit ball, as a multiple of the ellipsoid.
  double surface(const Eigen::Vector3d& direction) const;
  bool contains(const Eigen::Vector3d& p) const;
  /// Radius of the ball of equal volume, mm.
  double mean_radius_mm() const;
  double volume_cc() const;
  /// The same shape grown by about `margin_mm` on every side.
  TargetShape grown(double margin_mm) const;
  /// Points of a cubic lattice of this spacing that lie inside.
  std::vector<Eigen::Vector3d> lattice(double spacing_mm) const;
};

/// A target of a given volume about a centre. `random` values are drawn from the four numbers in (0, 1).
TargetShape make_target(const Eigen::Vector3d& center, double volume_cc, const std::array<double, 8>& uniform);

}  // namespace seedaudit
