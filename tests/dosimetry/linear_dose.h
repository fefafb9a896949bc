// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cmath>

#include "core/dose.h"

namespace seedaudit::analytic {

/// base + slope . x, Gy, on a grid over a cube about the origin, which trilinear interpolation gives back exactly. Lengths in mm.
inline DoseGrid<CtFrame> linear_dose(double base_gy, const Eigen::Vector3d& slope_gy_per_mm, const Eigen::Vector3d& spacing,
                                     double half_mm) {
  DoseGrid<CtFrame> g;
  Index3 size{};
  for (int a = 0; a < 3; ++a) size[static_cast<std::size_t>(a)] = static_cast<int>(std::ceil(2.0 * half_mm / spacing[a])) + 1;
  g.grid = *GridGeometry<CtFrame>::make(size, spacing, Point<CtFrame>{Eigen::Vector3d::Constant(-half_mm)}, Eigen::Matrix3d::Identity());
  g.dose_gy.resize(g.grid.voxel_count());
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i)
        g.dose_gy[g.grid.offset(i, j, k)] = static_cast<float>(base_gy + slope_gy_per_mm.dot(g.grid.center_of({i, j, k}).mm));
  return g;
}

}  // namespace seedaudit::analytic
