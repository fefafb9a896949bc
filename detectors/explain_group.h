// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// Seeds of one group, over a background as free as the voxels call for. A group that its seeds leave more unexplained than is usual in
/// this scan is explained again over finer splines, wide as pools of lipiodol are; of the two explanations the one with the greater
/// evidence stays. Where that is the first, a further seed is asked to save more. Changes the site's background where the finer one stays.
/// \param options what is usual in this scan; the correlation that was used is told in the result
ResolvedGroup explain_group(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, SeedGroup& group);

/// Once the scan's seeds have told their mass more sharply than before (`prior`): an object heavier than one seed by the spread of
/// their masses, and not much worse fitting, is asked for two on every side and split where that saves the penalty and
/// leaves parts of a seed's mass. Along the table axis in thick slices two seeds differ from one by their mass alone.
void split_heavy(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, double usual_misfit,
                 const SeedGroup& group, ResolvedGroup& resolved);

}  // namespace seedaudit
