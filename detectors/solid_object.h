// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// The other explanation of seeds that touch: one solid rod of any length, thickness and density (surgical clip, fiducial marker, screw, a
/// tight coil). Built once for a scan, then asked by many groups.
class SolidObjects {
 public:
  explicit SolidObjects(const ScanCalibration& calibration);

  struct Rod {
    double length_mm = 0.0, diameter_mm = 0.0;
    FittedSeed fit;
    FitCost cost;  ///< of the voxels around the knot
  };
  /// How much better one rod explains what the seeds of a knot (indices into r.seeds) explain, cost units; negative where seeds do better.
  double advantage(const ScanCalibration& calibration, const SeedAppearance& look, const SeedGroup& group, const ResolvedGroup& r,
                   const std::vector<std::size_t>& knot) const;

 private:
  Rod fitted(const FitSite& site, const SeedPrior& prior, std::size_t length, std::size_t diameter, const FittedSeed& start,
             double correlation) const;
  std::vector<SeedAppearance> looks_;
};

/// Seeds that touch, directly or through others: the knots of two and more.
std::vector<std::vector<std::size_t>> knots_of(const std::vector<FittedSeed>& seeds, const SeedPrior& prior);

}  // namespace seedaudit
