// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/image_projector.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace seedaudit {

ImageProjector::ImageProjector(std::span<const std::int16_t> hu, const ImageGeometry& image, const HuTissue& tissue)
    : image_(image), amounts_(2 * hu.size()) {
  for (std::size_t i = 0; i < hu.size(); ++i) {
    const Tissue t = tissue.at(hu[i]);
    amounts_[2 * i] = static_cast<float>(t.water);
    amounts_[2 * i + 1] = static_cast<float>(t.bone);
  }
}

WaterBonePath ImageProjector::along(double s, double cosine, double sine) const {
  // The ray is s (cosine, sine) + t (-sine, cosine).
  const bool by_rows = std::abs(cosine) * image_.column_mm >= std::abs(sine) * image_.row_mm;
  const int steps = by_rows ? image_.rows : image_.columns;
  const int across = by_rows ? image_.columns : image_.rows;
  const std::size_t step_stride = 2 * static_cast<std::size_t>(by_rows ? image_.columns : 1);
  const std::size_t across_stride = 2 * static_cast<std::size_t>(by_rows ? 1 : image_.columns);
  // Position across, in pixels, is linear in the step: x cosine + y sine = s.
  const double across_mm = by_rows ? image_.column_mm : image_.row_mm;
  const double step_mm = by_rows ? image_.row_mm : image_.column_mm;
  const double own = by_rows ? cosine : sine;
  const double other = by_rows ? sine : cosine;
  const double across_first = by_rows ? image_.x_mm(0) : image_.y_mm(0);
  const double step_first = by_rows ? image_.y_mm(0) : image_.x_mm(0);
  const double start = ((s - step_first * other) / own - across_first) / across_mm;
  const double slope = -step_mm * other / own / across_mm;

  // Steps whose two neighbours both lie in the image.
  int low = 0;
  int high = steps;
  if (slope != 0.0) {
    const double a = -start / slope;
    const double b = (across - 1 - start) / slope;
    low = static_cast<int>(std::clamp(std::ceil(std::min(a, b)), 0.0, static_cast<double>(steps)));
    high = static_cast<int>(std::clamp(std::floor(std::max(a, b)) + 1.0, 0.0, static_cast<double>(steps)));
  } else if (!(start >= 0.0 && start <= across - 1)) {
    return {};
  }
  double water = 0.0;
  double bone = 0.0;
  for (int n = low; n < high; ++n) {
    const double u = std::clamp(start + slope * n, 0.0, across - 1.0);
    const int i = std::min(static_cast<int>(u), across - 2);
    const auto f = static_cast<float>(u - i);
    const float* p = amounts_.data() + static_cast<std::size_t>(n) * step_stride + static_cast<std::size_t>(i) * across_stride;
    water += static_cast<double>(p[0] + f * (p[across_stride] - p[0]));
    bone += static_cast<double>(p[1] + f * (p[across_stride + 1] - p[1]));
  }
  const double length = step_mm / std::abs(own);
  return {water * length, bone * length};
}

}  // namespace seedaudit
