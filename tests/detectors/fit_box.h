// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/fit_site.h"

namespace seedaudit::test {

/// Every voxel of a box of 24 x 24 x 16 mm about the origin, 0.5 mm apart in the slice.
inline FitSite box(double slice_mm) {
  FitSite site;
  const int slices = 2 * static_cast<int>(8.0 / slice_mm) + 1;
  for (int k = 0; k < slices; ++k) site.slice_z_mm.push_back((k - slices / 2) * slice_mm);
  for (int j = -24; j <= 24; ++j)
    for (int i = -24; i <= 24; ++i) {
      FitSite::Column column{0.5 * i, 0.5 * j, site.count(), 0};
      for (int k = 0; k < slices; ++k) {
        site.slice.push_back(static_cast<std::uint16_t>(k));
        site.hu.push_back(0.0F);
        site.level_hu.push_back(0.0F);
        site.sigma.push_back(10.0F);
        site.clip.push_back(VoxelPatch::kNone);
        site.in_patch.push_back(site.hu.size() - 1);
      }
      column.end = site.count();
      site.columns.push_back(column);
    }
  return site;
}

}  // namespace seedaudit::test
