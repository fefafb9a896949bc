// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "samples/phantom/anatomy.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

/// What happens to the body between the two images: the bones move rigidly; organs also slide, turn and bend as the liver breathes, by the
/// part `follow` (Body::follow) of its movement.
class Motion {
 public:
  Motion() = default;
  /// \param rigid post-op patient coordinates from body coordinates, for bones
  /// \param pivot centre of the liver's own movement, body coordinates
  Motion(const Eigen::Isometry3d& rigid, const Eigen::Vector3d& pivot, const Eigen::Vector3d& shift_mm, const Eigen::Vector3d& turn_rad,
         double bend_mm, double bend_length_mm, const Eigen::Vector3d& phase);

  /// A further rigid step after all others.
  void then(const Eigen::Isometry3d& after) { rigid_ = after * rigid_; }
  const Eigen::Isometry3d& rigid() const { return rigid_; }
  Eigen::Vector3d map(const Eigen::Vector3d& body, double follow) const;
  /// Derivative of map.
  Eigen::Matrix3d jacobian(const Eigen::Vector3d& body, double follow) const;
  /// Inverse of map within 1e-6 mm, by fixed-point iteration (the own movement is a contraction).
  Eigen::Vector3d unmap(const Eigen::Vector3d& post, double follow) const;
  /// Bodies keep their kind: the map is replaced by its linear part at each body's centre.
  Shape map(const Shape& shape, double follow) const;
  Scene map(const Scene& scene) const;

 private:
  Eigen::Vector3d own_movement(const Eigen::Vector3d& body, double follow) const;

  Eigen::Isometry3d rigid_ = Eigen::Isometry3d::Identity();
  Eigen::Vector3d pivot_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d shift_ = Eigen::Vector3d::Zero();
  Eigen::Matrix3d turn_ = Eigen::Matrix3d::Identity();
  double bend_ = 0.0;
  double wave_number_ = 0.0;
  Eigen::Vector3d phase_ = Eigen::Vector3d::Zero();
};

/// Draws the movement of a scenario. A patient turned on the side is also turned against the axes of the first image by some degrees.
Motion make_motion(const Scenario& scenario, const Anatomy& anatomy, std::uint64_t seed, double z_offset_mm);

}  // namespace seedaudit
