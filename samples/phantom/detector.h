// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "samples/phantom/projector.h"
#include "samples/phantom/random.h"
#include "samples/phantom/spectrum.h"

namespace seedaudit {

struct DetectorModel {
  double quanta = 300000.0;       ///< emitted towards one element in one view
  double electronic_quanta = 20;  ///< standard deviation of the electronic noise, in quanta of mean energy
  double floor_quanta = 2.0;      ///< the logarithm sees at least this: photon starvation
  bool noise = true;
  bool correct_water = true;  ///< false: the line integral keeps the beam hardening of water
};

/// Beam hardening of water: the measured logarithm of a beam behind a thickness of water, and back.
class WaterCorrection {
 public:
  explicit WaterCorrection(const Spectrum& spectrum);
  /// -ln of the detected fraction behind so much water.
  double log_of(double water_mm) const;
  /// Thickness of water that gives this logarithm; linear outside 0 to 800 mm.
  double water_mm(double log_value) const;
  /// -d ln / d thickness at zero, per mm.
  double initial_slope_per_mm() const { return slope_; }

 private:
  std::vector<double> logs_;        ///< at 0, 2, 4, ... mm
  std::vector<double> inverse_mm_;  ///< on an even grid of the logarithm
  double slope_ = 0.0;
};

/// Noise, logarithm and water correction: line integrals in mm of water (uncorrected: logarithm over its slope at zero). Ray r of slice
/// `stream` draws its noise from (random, r) alone.
std::vector<float> detect(const SliceSignal& signal, const DetectorModel& detector, const WaterCorrection& water,
                          const CounterRandom& random);

}  // namespace seedaudit
