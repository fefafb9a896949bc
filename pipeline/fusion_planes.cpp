// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fusion_planes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/resample.h"

namespace seedaudit {
namespace {

constexpr int kPixels = 150;
constexpr double kPixelMm = 1.0;
constexpr float kNothing = -1024.0F;

struct View {
  const char* name;
  const char* sides;
  Eigen::Vector3d right, down;
};

}  // namespace

std::vector<FusionPlane> fusion_planes(const CtVolume& postop, const PreopVolume& preop, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                                       const Point<CtFrame>& place) {
  const std::array<View, 3> views{{{"axial", "RLAP", Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY()},
                                   {"coronal", "RLSI", Eigen::Vector3d::UnitX(), -Eigen::Vector3d::UnitZ()},
                                   {"sagittal", "APSI", Eigen::Vector3d::UnitY(), -Eigen::Vector3d::UnitZ()}}};
  std::vector<FusionPlane> out;
  for (const View& view : views) {
    Eigen::Matrix3d direction;
    direction << view.right, view.down, view.right.cross(view.down);
    const double half = 0.5 * kPixelMm * (kPixels - 1);
    const auto grid = GridGeometry<CtFrame>::make({kPixels, kPixels, 1}, Eigen::Vector3d::Constant(kPixelMm),
                                                  {place.mm - half * (view.right + view.down)}, direction);
    if (!grid) continue;
    FusionPlane plane{view.name, view.sides, kPixels, kPixels, kPixelMm, {}, resample_onto(*grid, preop, ct_from_plan, kNothing)};
    for (int j = 0; j < kPixels; ++j)
      for (int i = 0; i < kPixels; ++i) {
        const Point<CtFrame> p = grid->center_of({i, j, 0});
        const Eigen::Vector3d x = postop.grid.index_of(p);
        const bool inside = postop.grid.covers(p);
        const auto whole = [&](int a) { return static_cast<int>(std::lround(x[a])); };
        const bool voxel = inside && postop.grid.inside(whole(0), whole(1), whole(2));
        plane.postop.push_back(voxel ? static_cast<float>(postop.at(whole(0), whole(1), whole(2))) : kNothing);
      }
    out.push_back(std::move(plane));
  }
  return out;
}

std::optional<CtVolume> fusion_block(const PreopVolume& preop, const Warp<CtFrame, PlanFrame>& ct_from_plan, const Point<CtFrame>& place) {
  constexpr int kAcross = 150, kAlong = 75;
  const Eigen::Vector3d step(1.0, 1.0, 2.0);
  const Eigen::Vector3d half = 0.5 * step.cwiseProduct(Eigen::Vector3d(kAcross - 1, kAcross - 1, kAlong - 1));
  auto grid = GridGeometry<CtFrame>::make({kAcross, kAcross, kAlong}, step, {place.mm - half}, Eigen::Matrix3d::Identity());
  if (!grid) return std::nullopt;
  CtVolume out;
  out.grid = *grid;
  for (const float v : resample_onto(out.grid, preop, ct_from_plan, kNothing))
    out.hu.push_back(static_cast<std::int16_t>(std::lround(std::clamp(v, -32768.0F, 32767.0F))));
  return out;
}

DoseGrid<CtFrame> mapped_dose(const DoseGrid<PlanFrame>& planned, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                              const GridGeometry<CtFrame>& onto) {
  constexpr float kPerGy = 10.0F;
  PreopVolume steps;
  steps.grid = planned.grid;
  steps.hu.reserve(planned.dose_gy.size());
  for (const float d : planned.dose_gy) steps.hu.push_back(static_cast<std::int16_t>(std::lround(std::clamp(d * kPerGy, 0.0F, 32767.0F))));
  DoseGrid<CtFrame> out;
  out.grid = onto;
  out.description = planned.description;
  out.dose_gy = resample_onto(onto, steps, ct_from_plan, 0.0F);
  for (float& d : out.dose_gy) d /= kPerGy;
  return out;
}

}  // namespace seedaudit
