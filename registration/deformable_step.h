// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "registration/local_step.h"
#include "registration/prepared_image.h"

/// Internal to registration: what the anatomy around the target does beyond one rigid motion.
namespace seedaudit {

struct DeformableResult {
  bool usable = false;              ///< does not fold, and forward and backward agree at the target
  std::string why_not;              ///< where it is not usable
  WorkGrid grid;                    ///< in the fixed image, axes along its frame
  std::vector<Eigen::Vector3f> mm;  ///< displacement in the moving image's frame at each grid point, on top of the rigid motion
  double value_before = 0.0;        ///< similarity of the region under the rigid motion alone
  double value = 0.0;               ///< and with the displacement
  double jacobian_min = 1.0;        ///< of the whole map on the grid
  double jacobian_max = 1.0;        ///< .
  double inverse_mm = 0.0;          ///< largest distance at the target between a point and what backward makes of forward
  double inverse_region_mm = 0.0;   ///< its 95th percentile over the region
  double target_shift_mm = 0.0;     ///< largest displacement at the target: how far rigid and deformable disagree there
  double stiffness = 1.0;           ///< factor on the regularisation that was needed
};

/// B-spline displacement on two lattices, climbed forward and backward from the rigid motion; the answer is the mean of the two.
/// \param region ball that the displacement is sought in; it fades to no evidence, not to no displacement, at its rim
DeformableResult deform(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target, double region_mm,
                        const Eigen::Isometry3d& moving_from_fixed);

}  // namespace seedaudit
