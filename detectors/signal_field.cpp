// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/signal_field.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr double kReach = 3.0;  // of the window, in widths
constexpr int kSteps = 60;
constexpr double kStill = 0.002, kSame = 0.4;  // widths: a step that ends the way up; places that are one

}  // namespace

SignalField::SignalField(std::vector<Voxel> voxels, double width_mm) : voxels_(std::move(voxels)), width_mm_(width_mm) {
  for (std::size_t v = 0; v < voxels_.size(); ++v) cells_[cell_of(voxels_[v].at_mm)].push_back(v);
}

SignalField::Cell SignalField::cell_of(const Eigen::Vector3d& at) const {
  const double size = kReach * width_mm_;
  return {static_cast<int>(std::floor(at[0] / size)), static_cast<int>(std::floor(at[1] / size)),
          static_cast<int>(std::floor(at[2] / size))};
}

SignalField::Mode SignalField::uphill(const Eigen::Vector3d& at) const {
  const Cell c = cell_of(at);
  Mode out;
  for (int dk = -1; dk <= 1; ++dk)
    for (int dj = -1; dj <= 1; ++dj)
      for (int di = -1; di <= 1; ++di) {
        const auto cell = cells_.find({c[0] + di, c[1] + dj, c[2] + dk});
        if (cell == cells_.end()) continue;
        for (const std::size_t v : cell->second) {
          const double d2 = (voxels_[v].at_mm - at).squaredNorm() / (width_mm_ * width_mm_);
          if (d2 > kReach * kReach) continue;
          const double w = voxels_[v].hu * std::exp(-0.5 * d2);
          out.at_mm += w * voxels_[v].at_mm;
          out.density += w;
        }
      }
  if (out.density > 0.0) out.at_mm /= out.density;
  return out;
}

double SignalField::density(const Eigen::Vector3d& at_mm) const { return uphill(at_mm).density; }

std::vector<SignalField::Mode> SignalField::modes(double least_hu) const {
  std::vector<std::size_t> starts;
  for (std::size_t v = 0; v < voxels_.size(); ++v)
    if (voxels_[v].hu >= least_hu) starts.push_back(v);
  std::vector<Mode> ends(starts.size());
  parallel_for(starts.size(), [&](std::size_t n) {
    Eigen::Vector3d at = voxels_[starts[n]].at_mm;
    for (int step = 0; step < kSteps; ++step) {
      const Mode next = uphill(at);
      const double moved = (next.at_mm - at).norm();
      at = next.at_mm;
      ends[n] = {at, next.density};
      if (moved < kStill * width_mm_) break;
    }
  });
  std::stable_sort(ends.begin(), ends.end(), [](const Mode& a, const Mode& b) { return a.density > b.density; });
  std::vector<Mode> out;
  std::map<Cell, std::vector<std::size_t>> known;
  for (const Mode& m : ends) {
    const Cell c = cell_of(m.at_mm);
    bool seen = false;
    for (int dk = -1; dk <= 1 && !seen; ++dk)
      for (int dj = -1; dj <= 1 && !seen; ++dj)
        for (int di = -1; di <= 1 && !seen; ++di) {
          const auto cell = known.find({c[0] + di, c[1] + dj, c[2] + dk});
          if (cell == known.end()) continue;
          for (const std::size_t o : cell->second) seen = seen || (out[o].at_mm - m.at_mm).norm() < kSame * width_mm_;
        }
    if (seen) continue;
    known[c].push_back(out.size());
    out.push_back(m);
  }
  return out;
}

}  // namespace seedaudit
