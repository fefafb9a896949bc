// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/seed.h"

namespace seedaudit {

/// What the clusters, the confidence of their seeds and what may be a seed make of the count, which it sets.
void count_seeds(Detection& detection);

/// What the count and the doubts make of the outcome, which it sets. Said again after each change of either.
void conclude(Detection& detection);

}  // namespace seedaudit
