// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "samples/phantom/scenario.h"
#include "samples/phantom/surroundings.h"

namespace seedaudit {

/// A thing that is not a seed, in body coordinates; it is in both images.
struct Distractor {
  std::string type;  ///< clip, calcification, lipiodol, coil, stent, screw, fiducial
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  std::vector<double> size_mm;
  std::vector<FineObject> objects;
};

/// Clips: two titanium legs of 4 to 8 mm. Calcifications: lumps of bone mineral. Lipiodol: droplets of iodised oil (up to 0.48 g iodine per
/// cc) in and about the target. Coils: platinum helices. Stents: rings of nitinol wire. Screws: titanium in a vertebra. Fiducials: gold
/// rods. Stents and screws need a hilum and a spine to lie in; without them none is made.
std::vector<Distractor> make_distractors(const Surroundings& around, const DistractorOptions& options, std::uint64_t seed);

}  // namespace seedaudit
