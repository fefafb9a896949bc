// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"

namespace seedaudit {

/// Skeleton, opacified great vessels, tables: connected voxels above soft tissue that extend farther than any implant. Bone stands out of
/// its marrow by as much as a seed does in thick slices, so what lies in such a body must be told from it.
class DenseBodies {
 public:
  /// One run of voxels along a row.
  struct Run {
    int j = 0, begin = 0, end = 0;
  };

  explicit DenseBodies(const CtVolume& ct);

  bool contains(int i, int j, int k) const;
  /// What nearly all of these bodies (99 of 100 voxels) stay below, HU; metal exceeds it.
  double top_hu() const { return top_hu_; }
  bool empty() const { return empty_; }

 private:
  std::vector<std::vector<Run>> slices_;  ///< runs by row, then column
  double top_hu_ = 0.0;
  bool empty_ = true;
};

}  // namespace seedaudit
