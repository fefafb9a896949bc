// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/surroundings.h"

namespace seedaudit {

Surroundings surroundings_of(const Anatomy& a) {
  Surroundings s;
  s.target = a.target;
  s.organ = a.right_lobe;
  s.body_center = {0, 0, a.target.center.z()};
  s.scale = a.scale;
  s.organ_at = [&a](const Eigen::Vector3d& p) { return a.scene.organ_at(p); };
  s.tissue_at = [&a](const Eigen::Vector3d& p) { return a.scene.tissue_at(p); };
  s.hilum = a.scale * Eigen::Vector3d(-22, 4, -22);
  s.spine_y_mm = a.half_size_mm.y() - 50 * a.scale;
  return s;
}

}  // namespace seedaudit
