// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/dose.h"
#include "core/source_model.h"

namespace seedaudit {

/// Everything that TG-43 multiplies for one source, in one table of single precision: what dosimetry/fast_kernel reads
/// (docs/algorithms/tg43.md). Rows are equal steps of the bits of r / kUnitCm as a float, 2^kRowBits to a factor of two: steps of 1 to 1.6
/// % in r. Columns are equal steps of theta. The radii and angles of published tables lie on nodes, and with them the kinks of their
/// interpolation. A value is the dose rate per U (cGy h^-1 U^-1) times d1 d2, the distances to the two ends of the active line, which takes
/// out nearly all of the geometry function, and times flattening(r^2), which takes out most of the attenuation.
struct FusedTable {
  static constexpr int kRowBits = 6;
  static constexpr int kColumnsPerDegree = 2;
  static constexpr int kColumns = 90 * kColumnsPerDegree + 1;
  static constexpr double kUnitCm = 0.05;  ///< published tables have their radii at multiples of it
  static constexpr int kLastExponent = 9;  ///< rows end at 2^9 units, 256 mm
  /// Seeds add nothing beyond this distance.
  static constexpr double kReachMm = 200.0;

  /// (1 + r^2 / (3 cm)^2)^2
  static constexpr double kFlatteningPerCm2 = 1.0 / 9.0;
  static constexpr double flattening(double r2_cm2) { return (1.0 + kFlatteningPerCm2 * r2_cm2) * (1.0 + kFlatteningPerCm2 * r2_cm2); }

  FusedTable(const SourceModel& source, InterpolationRules rules);

  std::string source_id;
  InterpolationRules rules = InterpolationRules::s1;
  std::int32_t first_bits = 0;  ///< of r / kUnitCm of row 0
  std::int32_t rows = 0;        ///< nodes
  std::vector<float> value;     ///< [row * kColumns + column]
  std::vector<float> value_1d;  ///< [row]: the 1-D rate times (r^2 + L^2/4) times flattening
  float half_capsule_cm = 0.0F, capsule_radius_cm = 0.0F;
  float length2_cm2 = 0.0F;  ///< L^2
};

}  // namespace seedaudit
