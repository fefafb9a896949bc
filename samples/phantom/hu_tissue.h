// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samples/phantom/scene.h"
#include "samples/phantom/spectrum.h"

namespace seedaudit {

/// What tissue a voxel of a CT holds: water of any density up to 100 HU, above it soft tissue of 1.1 g/cm^3 mixed by volume with cortical
/// bone, and beyond 100 % bone denser bone. The attenuation of bone is that which a body scan at this spectrum shows.
class HuTissue {
 public:
  explicit HuTissue(const Spectrum& spectrum);
  Tissue at(double hu) const;
  /// HU that this mixture of water and bone has in a body scan: the inverse of at().
  double hu_of(const Tissue& tissue) const;

 private:
  double bone_ratio_ = 1.0;  ///< mass attenuation of bone to that of water
};

}  // namespace seedaudit
