// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "registration/local_step.h"

/// Internal to registration: does one rigid motion explain the parts of the neighbourhood one by one? In two images of one patient every
/// part fits best where the whole put it; in images of two patients the parts look for their like elsewhere, each in another direction.
namespace seedaudit {

/// One part: a small ball near the target.
struct PartFit {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();  ///< in the fixed image
  Eigen::Vector3d shift_mm = Eigen::Vector3d::Zero();   ///< in the moving image, from where the whole put it to where it fits best
  double here = 0.0;                                    ///< similarity where the whole put it
  double best = 0.0;                                    ///< and at its best within reach
  double elsewhere_mean = 0.0;                          ///< of all shifts tried: what similarity is worth in this part
  double elsewhere_sd = 0.0;
  std::size_t samples = 0;
};

struct PartsResult {
  std::vector<PartFit> parts;
};

PartsResult test_parts(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target,
                       const Eigen::Isometry3d& moving_from_fixed, const RegistrationOptions& options);

}  // namespace seedaudit
