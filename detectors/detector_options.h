// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/result.h"

namespace seedaudit {

/// What is looked for. Everything that the scan itself can tell (blur, noise, amplitude, saturation) is measured there and is no option.
struct DetectorOptions {
  /// Outer length of the capsule, mm. Two objects of one needle can lie no nearer than this; longer objects need more mass to count as two.
  double capsule_length_mm = 4.5;
  /// Outer diameter of the capsule, mm. Two objects cannot overlap; raising it forbids closer pairs.
  double capsule_diameter_mm = 0.8;
  /// Length of the radio-opaque core, which is what the CT shows, mm. Absent: 3.0 mm in a 4.5 mm capsule (1.5 mm less than the capsule),
  /// and the whole length for objects shorter than 3.5 mm, which are solid.
  std::optional<double> core_length_mm;
  /// Surface distance below which seeds form one cluster, mm. Raising it merges more seeds into a cluster; it never changes the seeds.
  double cluster_gap_mm = 1.0;
  /// Candidates below this confidence are listed as rejected ("noise") instead of being counted, 0..1.
  double minimum_confidence = 0.3;

  double core_length() const;
  /// Refuses non-finite or non-positive sizes, objects outside 0.2..12 mm and cores longer than the capsule, quoting the value.
  Status check() const;
};

}  // namespace seedaudit
