// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/frames.h"

namespace seedaudit {

/// The rigid motion that a set of matched points has in common.
template <class F>
struct RigidFit {
  /// Moves `from` onto `to`: to ~ motion * from, within one frame.
  Rigid<F, F> motion;
  /// Mean displacement to - from; robust to a minority of stray points.
  Eigen::Vector3d shift_mm = Eigen::Vector3d::Zero();
  /// Angle of the rotation part; 0 where the points do not determine one.
  double rotation_deg = 0.0;
  /// Root mean square distance of the points used after the motion.
  double residual_rms_mm = 0.0;
  /// Points that shift and rotation rest on.
  std::size_t used = 0;
  /// Enough points, not on one line: the rotation means something. Else motion is the shift alone.
  bool rotation_determined = false;
};

/// Least-squares rigid motion of matched points (Kabsch 1976), re-fitted without strays: points farther than max(3 mm, 3 x the scaled
/// median residual) from the fit have no say, as a migrated seed says nothing about the implant. Fewer than four points, or points on a
/// line, give the shift alone; no points give identity with used = 0. \pre from.size() == to.size(); points i of both belong together.
/// Points with coordinates that are not finite are left out.
RigidFit<CtFrame> fit_rigid(const std::vector<Point<CtFrame>>& from, const std::vector<Point<CtFrame>>& to);
/// Plain least-squares rigid transform (Kabsch) between two frames, every point used: to ~ result * from. At least three points that are
/// not on a line, else nothing.
std::optional<Rigid<CtFrame, PlanFrame>> fit_frames(const std::vector<Point<PlanFrame>>& from, const std::vector<Point<CtFrame>>& to);

/// A rigid motion with one factor for all lengths: to = scale * R * (from - from_middle) + to_middle.
template <class To, class From>
struct ScaledMotion {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  double scale = 1.0;
  Point<From> from_middle;
  Point<To> to_middle;
  bool scale_determined = false;  ///< enough points, spread in at least two directions; else scale is 1
  double residual_rms_mm = 0.0;   ///< of the points used
  std::size_t used = 0;
};

template <class To, class From>
Point<To> operator*(const ScaledMotion<To, From>& to_from, const Point<From>& p) {
  return {to_from.scale * (to_from.rotation * (p.mm - to_from.from_middle.mm)) + to_from.to_middle.mm};
}

/// Least-squares motion and scale of matched points (Umeyama 1991), re-fitted without strays as fit_rigid. Fewer than four points, or
/// points on a line, give a shift (and no scale); no points give identity with used = 0. The scale needs six points and stays within 0.6
/// to 1.5. \pre from.size() == to.size(); points i of both belong together. Points with coordinates that are not finite are left out.
ScaledMotion<LaterFrame, CtFrame> fit_scaled(const std::vector<Point<CtFrame>>& from, const std::vector<Point<LaterFrame>>& to);

}  // namespace seedaudit
