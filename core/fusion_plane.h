// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace seedaudit {

/// One plane through the target, seen in both scans: the post-op scan, and the pre-op scan mapped onto it. Square pixels, row by row.
struct FusionPlane {
  std::string name;   ///< "axial", "coronal", "sagittal"
  std::string sides;  ///< which way the patient lies: letters at left, right, top and bottom, "RLAP" for an axial plane
  int width = 0, height = 0;
  double pixel_mm = 1.0;
  std::vector<float> postop, preop;  ///< HU; of MR the gray value as stored
};

}  // namespace seedaudit
