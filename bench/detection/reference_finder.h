// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/seed.h"

namespace seedaudit::bench {

/// The published idea beside which ours is measured: threshold, connected components, number of seeds of a component from the ratio of its
/// volume to that of a single seed, k-means and then a mixture of Gaussians to part them, principal axis of each part (Nguyen, Fouard,
/// Troccaz, IEEE Trans Biomed Eng 62, 2015). Own words and code; the threshold, which the user of such a tool guesses, is taken from the
/// scan: a share of the median peak of small bright components. It says neither confidence nor uncertainty.
std::vector<SeedPose> find_by_components(const CtVolume& ct);

}  // namespace seedaudit::bench
