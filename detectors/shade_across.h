// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "detectors/cluster_resolver.h"
#include "detectors/seed_appearance.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// Rays know no groups: tells a site which of other seeds lie level with its own (FitSite::beyond) and takes what they show there from its
/// voxels, in place of what it was told last. Returns whether that changes what its own seeds show by enough to be fitted again.
bool shade_site(const SeedAppearance& look, const std::vector<FittedSeed>& own, const std::vector<FittedSeed>& others, FitSite& site);

/// The same for all groups, by what explains the others; in the same order.
std::vector<bool> shade_across(const SeedAppearance& look, const std::vector<ResolvedGroup>& resolved, std::vector<SeedGroup>& groups);

}  // namespace seedaudit
