// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/structures.h"

/// What pictures show around the seeds of sample_audit.h.
namespace seedaudit::test {

/// A block of tissue. \param direction of its columns, rows and slices
inline CtVolume sample_volume(const Eigen::Matrix3d& direction = Eigen::Matrix3d::Identity()) {
  CtVolume v;
  v.grid = GridGeometry<CtFrame>::make({60, 60, 40}, {1.0, 1.0, 2.0}, {{-40.0, 0.0, -140.0}}, direction).value();
  v.hu.assign(v.grid.voxel_count(), 50);
  return v;
}

/// A cylinder of 8 mm around (-5, 20), from z = -104 to -96 mm.
inline Structure<CtFrame> sample_target() {
  Structure<CtFrame> target;
  for (int k = 0; k < 5; ++k) {
    Contour<CtFrame> c;
    for (int i = 0; i < 24; ++i)
      c.points.push_back({{-5.0 + 8.0 * std::cos(i * 0.2618), 20.0 + 8.0 * std::sin(i * 0.2618), -104.0 + 2.0 * k}});
    target.contours.push_back(c);
  }
  return target;
}

/// 0 to 299 Gy in stripes about the target.
inline DoseGrid<CtFrame> sample_dose() {
  DoseGrid<CtFrame> dose;
  dose.grid = GridGeometry<CtFrame>::make({30, 30, 30}, {1, 1, 1}, {{-20.0, 5.0, -115.0}}, Eigen::Matrix3d::Identity()).value();
  for (std::size_t i = 0; i < dose.grid.voxel_count(); ++i) dose.dose_gy.push_back(static_cast<float>(i % 300));
  return dose;
}

}  // namespace seedaudit::test
