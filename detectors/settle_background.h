// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// Seeds and background of a group, told apart by turns: what the seeds do not explain tells the background under them, and a seed that
/// the background can stand in for is none. Changes the site's `hu` and the seeds; a group whose background holds is left as it is.
void settle_background(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, double noise_hu,
                       SeedGroup& group, ResolvedGroup& resolved);

}  // namespace seedaudit
