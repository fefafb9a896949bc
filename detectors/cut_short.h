// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/seed.h"
#include "detectors/cluster_resolver.h"

namespace seedaudit {

/// Says of a detection that the search in some groups ended before its time (ResolvedGroup::cut_short): a warning, and an outcome that is
/// no better than low confidence, since seeds may be missing there. Nothing where all were searched to the end.
void tell_cut_short(const std::vector<ResolvedGroup>& resolved, Detection& detection);

}  // namespace seedaudit
