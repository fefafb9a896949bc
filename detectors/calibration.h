// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/detector_options.h"
#include "detectors/seed_fit.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// How seeds look in this scan: what every later step is measured against.
struct ScanCalibration {
  AppearanceParameters look;
  SeedPrior prior;
  double correlation = 8.0;      ///< voxels an independent residual spans, model error included
  double typical_misfit = 0.2;   ///< median relative misfit of the isolated seeds (relative_misfit)
  int isolated = 0;              ///< isolated objects that it rests on; below 3 the physics of a silver core is used
  int alike = 0;                 ///< where too few are isolated: seeds, touching ones too, that bear it out (count_alike)
  bool unlike = false;           ///< no three of the isolated ones are of one mass
  bool masses_disagree = false;  ///< with most seeds of the scan (agree_on_mass): a person should look
  bool among_others = false;     ///< none of them lay alone (calibrate_from_neighbours)
  double share_of_needed = 1.0;  ///< those that taught among others, over all objects that only a seed explains
  bool rivals = false;           ///< others are there that could have taught instead: a person should look
  /// Nor do the seeds of the scan agree on one mass: what taught the look may be droplets, or seeds and pairs.
  bool of_many_masses = false;
  bool fits_badly = false;  ///< the look that they taught leaves more of them unexplained than seeds do: they may be something else
  /// Whether this scan has shown what a seed looks like. One or two isolated objects may be clips; three that are alike are not.
  bool learned() const { return isolated >= 3 || alike >= 3; }
  /// Whether what the look was learned from is likely seeds.
  bool taught_by_seeds() const { return learned() && !fits_badly; }
};

/// Starting point from physics: a silver core of that volume at about 120 kVp, a body kernel, the stated slice thickness.
/// \param density of the core over that of silver as a real detector sees it
ScanCalibration physical_calibration(const ScanStatistics& scan, double slice_spacing_mm, const DetectorOptions& options,
                                     double density = 1.0);

/// Lowest peak above background that a seed of that appearance can show: in the slice plane, halved by two slices, hardened.
double weakest_peak_hu(const ScanCalibration& c, const ScanStatistics& scan, double slice_spacing_mm);

/// Blur, slice profile, hardening, mass and model error from those groups that one seed explains.
ScanCalibration calibrate(const ScanCalibration& start, const std::vector<SeedGroup>& groups);

/// The same where too few seeds lie alone: from seeds among neighbours that are needed and fit, and agree in mass under the look that the
/// best of them teach, if they are at least half of all that the groups seem to hold. `start` is physical_calibration. Unchanged where
/// there are no three such seeds.
ScanCalibration calibrate_from_neighbours(const ScanCalibration& start, const std::vector<SeedGroup>& groups);

}  // namespace seedaudit
