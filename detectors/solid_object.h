// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// The other explanation of a seed, or of seeds that touch: one solid rod of any length, thickness and density (droplet, surgical clip,
/// fiducial marker, screw, a tight coil). Built once for a scan, then asked by many groups.
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
  /// The same for seed n alone, of a rod that is no seed by its size; zero where the best rod has the length of the core and is no thicker
  /// than the blur can tell.
  double advantage_over_one(const ScanCalibration& calibration, const SeedAppearance& look, const SeedGroup& group, const ResolvedGroup& r,
                            std::size_t n) const;

 private:
  /// Indices into the lengths and thicknesses tried.
  struct Size {
    std::size_t length = 0, diameter = 0;
  };
  /// Best rod, downhill over the table from one size.
  Rod best_rod(const FitSite& site, const SeedPrior& prior, Size from, const FittedSeed& start, double correlation) const;
  Rod fitted(const FitSite& site, const SeedPrior& prior, std::size_t length, std::size_t diameter, const FittedSeed& start,
             double correlation) const;
  std::vector<SeedAppearance> looks_;
};

/// Seeds that touch, directly or through others: the knots of two and more.
std::vector<std::vector<std::size_t>> knots_of(const std::vector<FittedSeed>& seeds, const SeedPrior& prior);

}  // namespace seedaudit
