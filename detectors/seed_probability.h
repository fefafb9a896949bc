// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/seed.h"
#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"
#include "detectors/solid_object.h"

namespace seedaudit {

/// The signs as they are weighed: each is bounded, so that none decides alone beyond what simulated implants have shown. The first is 1.
constexpr std::size_t kWeighedSigns = 12;
using WeighedSigns = std::array<double, kWeighedSigns>;
WeighedSigns weighed(const SeedSigns& signs);

/// Probability that an object is a seed, in a scan whose look was taught by seeds: its signs weighed as simulated implants have shown.
double seed_probability(const SeedSigns& signs);

/// Counts what lies around each object of a scan, and sets the confidence of its seeds and of what may be one. Of objects in one place the
/// most likely stands for all; the others keep a confidence of 0.
void tell_probabilities(const ScanCalibration& calibration, std::vector<ResolvedGroup>& resolved);

/// Takes out of a group the seeds that are less likely one than not, and puts in what is more likely one; fits the others again. What lies
/// around has to be counted again then.
void change_beliefs(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                    const ResolverOptions& options, ResolvedGroup& r);

}  // namespace seedaudit
