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

int fine_profile_samples(double width_mm) {
  constexpr double kStepMm = 0.3;
  return std::max(2, static_cast<int>(std::ceil(width_mm / kStepMm)));
}

}  // namespace seedaudit
