// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "samples/phantom/anatomy.h"

namespace seedaudit {

/// What the placement of seeds and of other metal must know of a body, simulated or real; body coordinates.
struct Surroundings {
  TargetShape target;
  Shape organ;                                                  ///< in which metal other than seeds lies
  Eigen::Vector3d body_center = Eigen::Vector3d::Zero();        ///< axis of the body at the height of the target
  double scale = 1.0;                                           ///< size against the standard body
  std::function<std::string(const Eigen::Vector3d&)> organ_at;  ///< "lung", "fat", "mesentery", "liver", or another name
  std::function<Tissue(const Eigen::Vector3d&)> tissue_at;      ///< what an object there displaces
  std::optional<Eigen::Vector3d> hilum;                         ///< about which stents lie
  std::optional<double> spine_y_mm;                             ///< front to back, where screws lie
};

/// Of a simulated body, which must outlive it.
Surroundings surroundings_of(const Anatomy& anatomy);

}  // namespace seedaudit
