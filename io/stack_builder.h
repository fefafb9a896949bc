// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/result.h"
#include "io/slice_stack.h"

namespace seedaudit {

/// Gives the voxels of input slice `index`, row by row; called in parallel, once an index.
using SliceReader = std::function<Result<std::vector<std::int16_t>>(std::size_t index)>;

struct BuiltVolume {
  std::vector<std::int16_t> hu;  ///< on the plan's output grid, i fastest
  /// HU at which the slices as stored were clipped, found from the pile-up of voxels at their greatest value; before any interpolation.
  std::optional<int> clipped_at_hu;
};

/// Fills the plan's grid: slices are copied where they fall on it, else interpolated linearly along the normal and, where they are
/// displaced in their plane, along rows and columns. Outside every slice: `outside`. Identical for any number of threads.
Result<BuiltVolume> build_volume(const SliceStack& stack, const StackPlan& plan, const SliceReader& read, std::int16_t outside);

/// The HU at which an image is clipped, from the number of voxels at each of its values; nullopt where its top thins out as unclipped
/// metal does.
std::optional<int> clip_level(const std::vector<std::int16_t>& hu);

}  // namespace seedaudit
