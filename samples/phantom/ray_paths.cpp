// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/ray_paths.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>

#include "core/parallel.h"

namespace seedaudit {
namespace {

struct Between {
  std::size_t low = 0;
  double part = 0.0;  ///< of the next
};

Between between(double x, int n) {
  const double inside = std::clamp(x, 0.0, n - 1.0);
  const auto low = static_cast<std::size_t>(std::min(static_cast<int>(inside), std::max(0, n - 2)));
  return {low, n > 1 ? inside - static_cast<double>(low) : 0.0};
}

}  // namespace

WaterBonePath RayPaths::along(double height_mm, double angle_rad, double s_mm) const {
  const Between h = between((height_mm - first_height_mm) / height_step_mm, heights);
  const Between v = between(angle_rad / std::numbers::pi * views, views);
  const Between b = between(s_mm / bin_mm + 0.5 * (bins - 1), bins);
  WaterBonePath out;
  for (std::size_t corner = 0; corner < 8; ++corner) {
    const std::size_t x = corner & 1, y = (corner >> 1) & 1, z = corner >> 2;
    const double weight = (x ? b.part : 1.0 - b.part) * (y ? v.part : 1.0 - v.part) * (z ? h.part : 1.0 - h.part);
    if (weight == 0.0) continue;
    const std::size_t at = ((h.low + z) * static_cast<std::size_t>(views) + v.low + y) * static_cast<std::size_t>(bins) + b.low + x;
    out.water += weight * static_cast<double>(water[at]);
    out.bone += weight * static_cast<double>(bone[at]);
  }
  return out;
}

RayPaths project_paths(const CtVolume& body, const HuTissue& tissue, const Point<CtFrame>& axis, double reach_mm, double half_height_mm,
                       double step_mm) {
  constexpr int kViews = 120;
  constexpr double kBinMm = 2.0;
  RayPaths out;
  const int up = std::max(1, static_cast<int>(std::ceil(half_height_mm / step_mm)));
  out.heights = 2 * up + 1;
  out.views = kViews;
  out.bins = 2 * static_cast<int>(std::ceil(reach_mm / kBinMm)) + 1;
  out.first_height_mm = -up * step_mm;
  out.height_step_mm = step_mm;
  out.bin_mm = kBinMm;
  const auto plane = static_cast<std::size_t>(out.views) * static_cast<std::size_t>(out.bins);
  out.water.resize(plane * static_cast<std::size_t>(out.heights));
  out.bone.resize(out.water.size());

  const auto& size = body.grid.size();
  const auto& spacing = body.grid.spacing_mm();
  const ImageGeometry image{size[0], size[1], spacing.x(), spacing.y()};
  const Eigen::Vector3d index = body.grid.index_of(axis);
  // Rays are told by their distance from the axis; the projector counts from the middle of the image.
  const double x0 = (index.x() - 0.5 * (size[0] - 1)) * spacing.x();
  const double y0 = (index.y() - 0.5 * (size[1] - 1)) * spacing.y();
  const auto pixels = static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]);
  parallel_for(static_cast<std::size_t>(out.heights), [&](std::size_t h) {
    const double height = out.first_height_mm + static_cast<double>(h) * step_mm;
    const int slice = std::clamp(static_cast<int>(std::lround(index.z() + height / spacing.z())), 0, size[2] - 1);
    const ImageProjector projector(std::span(body.hu.data() + static_cast<std::size_t>(slice) * pixels, pixels), image, tissue);
    for (int v = 0; v < out.views; ++v) {
      const double angle = std::numbers::pi * v / out.views;
      const double cosine = std::cos(angle), sine = std::sin(angle);
      for (int b = 0; b < out.bins; ++b) {
        const double s = (b - 0.5 * (out.bins - 1)) * kBinMm;
        const auto path = projector.along(s + x0 * cosine + y0 * sine, cosine, sine);
        const std::size_t at = h * plane + static_cast<std::size_t>(v) * static_cast<std::size_t>(out.bins) + static_cast<std::size_t>(b);
        out.water[at] = static_cast<float>(path.water);
        out.bone[at] = static_cast<float>(path.bone);
      }
    }
  });
  return out;
}

}  // namespace seedaudit
