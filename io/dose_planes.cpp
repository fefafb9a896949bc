// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dose_planes.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

constexpr double kPositionToleranceMm = 0.05;  ///< half of what planning systems round positions to

Error bad_planes(std::string what) {
  return Error{ErrorCode::dose_invalid, std::move(what), "", "export the dose again, or audit without it"};
}

}  // namespace

Result<DosePlanes> dose_planes(const std::vector<double>& offsets_mm, int frames, const Eigen::Vector3d& position_mm,
                               const Eigen::Vector3d& normal) {
  if (static_cast<int>(offsets_mm.size()) != frames)
    return bad_planes("Grid Frame Offset Vector has " + std::to_string(offsets_mm.size()) + " values for " + std::to_string(frames) +
                      " frames");
  DosePlanes planes;
  const double first = offsets_mm.front();
  if (std::abs(first) > 1e-4) {
    const bool axial = std::abs(std::abs(normal[2]) - 1.0) < 1e-4;
    if (!axial || std::abs(first - position_mm[2]) > kPositionToleranceMm)
      return bad_planes("Grid Frame Offset Vector begins with " + std::to_string(first) +
                        ", neither 0 nor the z of Image Position (Patient), " + std::to_string(position_mm[2]));
    planes.absolute = true;
  }
  for (const double offset : offsets_mm)
    planes.along_normal_mm.push_back(planes.absolute ? (offset - position_mm[2]) * (normal[2] > 0.0 ? 1.0 : -1.0) : offset);
  const double sign = frames > 1 && planes.along_normal_mm[1] < planes.along_normal_mm[0] ? -1.0 : 1.0;
  for (std::size_t k = 1; k < planes.along_normal_mm.size(); ++k)
    if (!(sign * (planes.along_normal_mm[k] - planes.along_normal_mm[k - 1]) > 0.0))
      return bad_planes("dose planes " + std::to_string(k) + " and " + std::to_string(k + 1) + " repeat or turn back");
  return planes;
}

Result<PlaneResampling> regular_planes(const std::vector<double>& along_normal_mm) {
  const int n = static_cast<int>(along_normal_mm.size());
  if (n < 2) return bad_planes("the dose has a single plane, which is no volume");
  PlaneResampling out;
  out.reversed = along_normal_mm.back() < along_normal_mm.front();
  // Rising order; file_index leads back.
  std::vector<double> t = along_normal_mm;
  if (out.reversed) std::reverse(t.begin(), t.end());
  const auto file_index = [&](int k) { return out.reversed ? n - 1 - k : k; };
  out.first_mm = t.front();
  const double mean_gap = (t.back() - t.front()) / (n - 1);
  double worst = 0.0;
  double smallest = mean_gap;
  double largest = mean_gap;
  for (int k = 0; k < n; ++k) {
    const auto u = static_cast<std::size_t>(k);
    worst = std::max(worst, std::abs(t[u] - (t.front() + k * mean_gap)));
    if (k == 0) continue;
    smallest = std::min(smallest, t[u] - t[u - 1]);
    largest = std::max(largest, t[u] - t[u - 1]);
  }
  if (worst <= kPositionToleranceMm) {
    out.spacing_mm = mean_gap;
    out.count = n;
    for (int k = 0; k < n; ++k) out.planes.push_back({file_index(k), file_index(k), 0.0});
    return out;
  }
  if (!(smallest >= 0.1) || !(smallest * 8.0 >= largest))
    return bad_planes("dose planes are between " + std::to_string(smallest) + " and " + std::to_string(largest) + " mm apart");
  out.resampled = true;
  out.spacing_mm = smallest;
  // The last plane may fall short of the last frame by less than one gap: dose is never extrapolated.
  out.count = static_cast<int>(std::floor((t.back() - t.front()) / smallest + 1e-6)) + 1;
  int lower = 0;
  for (int k = 0; k < out.count; ++k) {
    const double at = std::min(t.back(), t.front() + k * smallest);
    while (lower + 2 < n && t[static_cast<std::size_t>(lower) + 1] <= at) ++lower;
    const auto u = static_cast<std::size_t>(lower);
    const double weight = std::clamp((at - t[u]) / (t[u + 1] - t[u]), 0.0, 1.0);
    out.planes.push_back({file_index(lower), file_index(lower + 1), weight});
  }
  return out;
}

}  // namespace seedaudit
