// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "samples/phantom/attenuation_table.h"
#include "samples/phantom/detector.h"
#include "samples/phantom/fine_projector.h"
#include "samples/phantom/image_projector.h"

namespace seedaudit {

/// What metal changes in the rays of one slice: line integrals with the metal less those without, after noise, logarithm and water
/// correction.
class MetalLines {
 public:
  MetalLines(const Spectrum& spectrum, const DetectorModel& detector);

  const AttenuationTable& table() const { return table_; }

  /// Amounts of water and bone along the ray of a view and an element.
  using Background = std::function<WaterBonePath(int view, int bin)>;
  /// All rays of a slice, view-major, mm of water; zero where no metal is met. Noise is that by which rays through metal exceed those
  /// without: the background has its own. Ray r draws from (random, r) alone.
  std::vector<float> of_slice(FineProjector& metal, const ScanGeometry& geometry, const Background& background,
                              const CounterRandom& random) const;
  /// Standard deviation of the corrected line of a ray without metal, mm of water.
  double sigma_mm(const WaterBonePath& path) const;

 private:
  /// Signal of one ray and its variance for one quantum emitted.
  struct RaySignal {
    double signal = 0.0;
    double variance = 0.0;
  };
  double difference(const WaterBonePath& path, const Energies& transmission, double normal) const;
  /// Derivative of the water correction: mm of water for a unit of the logarithm.
  double slope_mm(double log_value) const;
  double sigma_mm(const RaySignal& ray) const;

  AttenuationTable table_;
  DetectedParts parts_;
  WaterCorrection water_;
  DetectorModel detector_;
};

}  // namespace seedaudit
