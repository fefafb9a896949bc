// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

/// Where the planes of a multi-frame dose lie, from Grid Frame Offset Vector in either of its forms. No file in sight.
namespace seedaudit {

struct DosePlanes {
  std::vector<double> along_normal_mm;  ///< of each frame in file order, from Image Position (Patient) along row x column
  bool absolute = false;                ///< the vector held patient coordinates
};

/// Relative form: the first value is 0 and values count along row x column. Absolute form: the planes are axial and the values are patient
/// z, the first being that of Image Position (Patient). Errors: dose_invalid where it is neither, or planes repeat or turn back.
Result<DosePlanes> dose_planes(const std::vector<double>& offsets_mm, int frames, const Eigen::Vector3d& position_mm,
                               const Eigen::Vector3d& normal);

/// How the planes become a regular grid.
struct PlaneResampling {
  double first_mm = 0.0;    ///< of the lowest plane
  double spacing_mm = 1.0;  ///< > 0
  int count = 0;
  bool reversed = false;  ///< file order runs against the normal
  bool resampled = false;
  /// Plane k of the grid = (1 - weight) * frame[a] + weight * frame[b], frames in file order.
  struct Blend {
    int a = 0, b = 0;
    double weight = 0.0;
  };
  std::vector<Blend> planes;
};

/// Even within a twentieth of a millimetre: the frames as they are. Uneven: linear interpolation at the smallest gap. Errors: dose_invalid
/// where the smallest gap is below 0.1 mm or an eighth of the largest, so that the planes are no sampling of one volume.
Result<PlaneResampling> regular_planes(const std::vector<double>& along_normal_mm);

}  // namespace seedaudit
