// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "samples/phantom/scenario.h"
#include "samples/phantom/scene.h"
#include "samples/phantom/target_shape.h"

namespace seedaudit {

/// Upper abdomen and lower chest in body coordinates: patient LPS, supine, origin between the domes of the liver and the kidneys on the
/// axis of the body. Distances scale with Scenario::body_scale.
struct Anatomy {
  Scene scene;
  Eigen::Vector3d half_size_mm = Eigen::Vector3d::Zero();  ///< of the body, across and front to back; z: half the modelled length
  TargetShape gross;                                       ///< the tumour, darker than liver
  TargetShape target;                                      ///< the clinical target: tumour and margin
  Shape right_lobe;
  double scale = 1.0;
};

/// The patient of a random seed. `up` is the direction against gravity in body coordinates: gas lies there. The same seed gives the same
/// patient for any `up`.
Anatomy build_anatomy(const Scenario& scenario, std::uint64_t seed, const Eigen::Vector3d& up);

/// Walls, muscles, lungs, heart and bones.
void add_torso(Anatomy& anatomy, std::uint64_t seed);
/// Ribs, spine and sternum; last, since bone wins over what it overlaps.
void add_bones(Anatomy& anatomy, std::uint64_t seed);
/// Portal and hepatic veins as trees in the liver, aorta and inferior vena cava. \param contrast_mg_per_ml iodine
void add_vessels(Anatomy& anatomy, double contrast_mg_per_ml, std::uint64_t seed);
/// The couch below the body, in body coordinates. \param down unit vector of gravity
Body couch_top(const Anatomy& anatomy, const Eigen::Vector3d& down);

}  // namespace seedaudit
