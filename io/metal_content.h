// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ct_volume.h"

namespace seedaudit {

/// How many small, very bright objects in soft surroundings a CT shows: a quick look that tells a scan with seeds from one without, so that
/// the right one of several scans is audited. No seed finder: clips and dense droplets count too, chains count once.
/// An object is a connected region above 1000 HU of 1 to 150 mm^3 (a seed blooms to some 10-40, a chain of three to 120), whose
/// surroundings at 3 to 6 mm are below 350 HU on average: bone is not.
template <class F>
int count_small_metal(const Volume<F>& volume);

}  // namespace seedaudit
