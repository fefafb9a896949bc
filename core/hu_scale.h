// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/ct_volume.h"
#include "core/result.h"

namespace seedaudit {

/// How far a CT's values lie off the HU scale, told from its own air and soft tissue alone.
struct HuScaleDoubt {
  double tissue_hu = 0.0;   ///< where soft tissue lies: median of its peak
  double tissue_pct = 0.0;  ///< of all voxels, in that peak
};

/// Doubt where soft tissue lies about 1000 HU too high and nothing is as dark as air (a Rescale Intercept that was lost), or about 1000 HU
/// too low with values below any matter (an intercept subtracted twice). Nothing for other modalities, whose values have no zero of their
/// own, for volumes without voxels, and for slighter errors, which no image can tell. docs/algorithms/reading_ct.md has the limits.
template <class F>
std::optional<HuScaleDoubt> doubt_hu_scale(const Volume<F>& volume);

/// The same as the warning HU_SCALE_DOUBTFUL, with what to check.
/// \param which begins the message: "The pre-op CT"
template <class F>
std::optional<Warning> judge_hu_scale(const Volume<F>& volume, const std::string& which);

}  // namespace seedaudit
