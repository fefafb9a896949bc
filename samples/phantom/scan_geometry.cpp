// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/scan_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace seedaudit {

double ScanGeometry::angle_rad(int view) const { return std::numbers::pi * view / views; }

std::vector<ProfileSample> slice_profile(double thickness_mm, double row_mm, int samples) {
  std::vector<ProfileSample> out(static_cast<std::size_t>(samples));
  const double flank = std::min(row_mm, thickness_mm);
  const double width = thickness_mm + flank;
  double sum = 0.0;
  for (int i = 0; i < samples; ++i) {
    auto& sample = out[static_cast<std::size_t>(i)];
    sample.offset_mm = width * ((i + 0.5) / samples - 0.5);
    sample.weight = std::clamp((0.5 * width - std::abs(sample.offset_mm)) / flank, 0.0, 1.0);
    sum += sample.weight;
  }
  for (auto& sample : out) sample.weight /= sum;
  return out;
}

int body_planes(const ScanGeometry& g) { return std::clamp(static_cast<int>(std::ceil(g.slice_thickness_mm / 2.6)), 1, 3); }

std::vector<ProfileSample> fine_profile(const ScanGeometry& g) {
  constexpr double kStepMm = 0.15;
  const int planes = body_planes(g);
  const int per_plane = std::max(2, static_cast<int>(std::ceil((g.slice_thickness_mm + g.row_mm) / (kStepMm * planes))));
  return slice_profile(g.slice_thickness_mm, g.row_mm, planes * per_plane);
}

}  // namespace seedaudit
