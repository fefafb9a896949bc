// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

/// A seed of the 6711 kind: a silver rod in a titanium capsule. The wall of the tube and the length of the rod are those that AAPM TG-43U1
/// (Med Phys 31:633) describes; the welded ends are thicker than the tube and published figures of them differ.
struct SeedGeometry {
  double capsule_length_mm = 4.5;
  double capsule_diameter_mm = 0.8;
  double wall_mm = 0.05;      ///< of the tube
  double end_wall_mm = 0.30;  ///< of each welded end, along the axis
  double rod_length_mm = 3.0;
  double rod_diameter_mm = 0.5;

  Status check() const;
};

/// Length of a ray in the metals of a seed.
struct SeedPath {
  double titanium_mm = 0.0;
  double silver_mm = 0.0;
};

/// Exact line integral through a seed at `center` along `axis`; the direction of the ray is of unit length.
SeedPath seed_path(const SeedGeometry& seed, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const Eigen::Vector3d& ray_origin,
                   const Eigen::Vector3d& ray_direction);

/// The seed as an object of a scene; the capsule displaces the tissue in which it lies.
FineObject make_seed(const SeedGeometry& seed, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const Tissue& displaced);

}  // namespace seedaudit
