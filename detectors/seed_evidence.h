// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// What speaks for one fitted seed being one.
struct SeedEvidence {
  double mass_ratio = 0.0;    ///< its mass over that of a seed of this tilt in this scan
  double misfit = 1.0;        ///< relative misfit
  double misfit_ratio = 0.0;  ///< its relative misfit over that of the isolated seeds
  double needed = 0.0;        ///< by how much the explanation worsens without it
};

SeedEvidence weigh_evidence(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, const ResolvedGroup& r,
                            std::size_t seed);

/// Probability that it is a seed, from the evidence (docs/algorithms/detection.md, "Confidence").
double confidence_of(const SeedEvidence& e, const ScanCalibration& calibration);

/// Takes the seeds away that no seed can be (too light, too heavy, or unlike the model), refits the others, until all are believable.
void keep_believable(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, const ResolverOptions& options,
                     ResolvedGroup& r);

}  // namespace seedaudit
