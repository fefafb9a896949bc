// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// Replaces the best height and tilt of each seed by their posterior mean, and their variance in the covariance by the posterior's. In a
/// thick slice the likelihood is flat between two edges: its maximum is an accident, its mean is the best guess, and its spread is the
/// truth.
void average_poses(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                   ResolvedGroup& resolved);

}  // namespace seedaudit
