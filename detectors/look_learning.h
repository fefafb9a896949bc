// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/calibration.h"
#include "detectors/fit_site.h"
#include "detectors/seed_fit.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// An object of this scan that teaches what a seed looks like.
struct LookTeacher {
  const SeedGroup* group = nullptr;
  FitSite site;  ///< its voxels, without what other seeds explain
  std::vector<FittedSeed> fit;
  double misfit = 1.0;  ///< share of it that its seeds leave unexplained (relative_misfit)
};

/// Of what is learned, what the teachers are asked.
struct LookQuestions {
  bool hardening = true;         ///< false: the start is of a scanner that corrects for it
  bool slice_thickness = false;  ///< where slices seem thicker than stated
  bool from_afar = true;         ///< false: `out` is near already
};

/// Blur, roll-off, band limit, hardening, welds, slice profile, mass and model error from objects whose seeds are known, into `out`, whose
/// look is where to begin. Refits the teachers, of whom there must be one at least. `start` is physical_calibration.
void learn_look(const ScanCalibration& start, const LookQuestions& ask, std::vector<LookTeacher>& teachers, ScanCalibration& out);

}  // namespace seedaudit
