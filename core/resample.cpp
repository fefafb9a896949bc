// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/resample.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace seedaudit {
namespace {

double trilinear(const PreopVolume& v, Eigen::Vector3d at) {
  int low[3], high[3];
  for (int a = 0; a < 3; ++a) {
    const int last = v.grid.size()[static_cast<std::size_t>(a)] - 1;
    at[a] = std::clamp(at[a], 0.0, static_cast<double>(last));
    low[a] = static_cast<int>(std::floor(at[a]));
    high[a] = std::min(low[a] + 1, last);
    at[a] -= low[a];
  }
  double sum = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    const bool i = (corner & 1) != 0, j = (corner & 2) != 0, k = (corner & 4) != 0;
    const double weight = (i ? at[0] : 1.0 - at[0]) * (j ? at[1] : 1.0 - at[1]) * (k ? at[2] : 1.0 - at[2]);
    if (weight > 0.0) sum += weight * v.at(i ? high[0] : low[0], j ? high[1] : low[1], k ? high[2] : low[2]);
  }
  return sum;
}

}  // namespace

std::vector<float> resample_onto(const GridGeometry<CtFrame>& fixed, const PreopVolume& moving,
                                 const Warp<CtFrame, PlanFrame>& fixed_from_moving, float outside) {
  std::vector<float> out(fixed.voxel_count(), outside);
  parallel_for(static_cast<std::size_t>(fixed.size()[2]), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    for (int j = 0; j < fixed.size()[1]; ++j)
      for (int i = 0; i < fixed.size()[0]; ++i) {
        const Point<PlanFrame> p = fixed_from_moving.unmap(fixed.center_of({i, j, k}));
        if (moving.grid.covers(p)) out[fixed.offset(i, j, k)] = static_cast<float>(trilinear(moving, moving.grid.index_of(p)));
      }
  });
  return out;
}

}  // namespace seedaudit
