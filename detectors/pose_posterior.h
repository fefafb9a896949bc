// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// Replaces the best height and tilt of each seed by their posterior mean, and their variance in the covariance by the posterior's. In a
/// thick slice the likelihood is flat between two edges: its maximum is an accident, its mean is the best guess, and its spread is the
/// truth. A seed that fits worse than those which taught the scan tells its height less surely: the likelihood is as much flatter.
void average_poses(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, ResolvedGroup& resolved);

}  // namespace seedaudit
