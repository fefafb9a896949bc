// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include "detectors/seed_appearance.h"

namespace seedaudit {

/// One seed of the explanation of a patch, in scan millimetres.
struct FittedSeed {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();
  double mass = 0.0;  ///< HU mm^3, as seen at this tilt and in this shade
  Shade shade{};      ///< by the others (cast_shadows)
};

}  // namespace seedaudit
