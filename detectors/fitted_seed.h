// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <cmath>
#include <utility>

#include "detectors/seed_appearance.h"

namespace seedaudit {

/// One seed of the explanation of a patch, in scan millimetres.
struct FittedSeed {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();
  double mass = 0.0;  ///< HU mm^3, as seen at this tilt and in this shade
  Shade shade{};      ///< by the others (cast_shadows)
};

/// Two directions across an axis and across each other, chosen without a seam near the axis.
inline std::pair<Eigen::Vector3d, Eigen::Vector3d> across(const Eigen::Vector3d& axis) {
  const Eigen::Vector3d helper = std::abs(axis[2]) < 0.8 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
  const Eigen::Vector3d u = axis.cross(helper).normalized();
  return {u, axis.cross(u).normalized()};
}

}  // namespace seedaudit
