// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/picture_views.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr float kAirHu = -1000.0F;
constexpr double kMostSamples = 3e7;

/// Trilinear between voxel centres, clamped within half a voxel of the outer ones, `outside` beyond. `x` is a place in voxels.
template <class T>
float sample(const Index3& size, const std::vector<T>& values, const std::array<double, 3>& x, float outside) {
  std::array<std::size_t, 3> low{}, high{};
  std::array<float, 3> t{};
  for (std::size_t a = 0; a < 3; ++a) {
    const int last = size[a] - 1;
    if (!(x[a] >= -0.5) || !(x[a] <= last + 0.5)) return outside;
    const double v = std::clamp(x[a], 0.0, static_cast<double>(last));
    low[a] = static_cast<std::size_t>(v);
    high[a] = std::min(low[a] + 1, static_cast<std::size_t>(last));
    t[a] = static_cast<float>(v - static_cast<double>(low[a]));
  }
  const auto nx = static_cast<std::size_t>(size[0]), ny = static_cast<std::size_t>(size[1]);
  const auto row = [&](std::size_t j, std::size_t k) {
    const std::size_t first = nx * (j + ny * k);
    const auto from = static_cast<float>(values[first + low[0]]), to = static_cast<float>(values[first + high[0]]);
    return from + t[0] * (to - from);
  };
  const auto plane = [&](std::size_t k) {
    const float from = row(low[1], k);
    return from + t[1] * (row(high[1], k) - from);
  };
  const float from = plane(low[2]);
  return from + t[2] * (plane(high[2]) - from);
}

template <class F, class T>
float sample(const GridGeometry<F>& grid, const std::vector<T>& values, const Point<F>& p, float outside) {
  const Eigen::Vector3d x = grid.index_of(p);
  return sample(grid.size(), values, {x[0], x[1], x[2]}, outside);
}

int steps_of(double length_mm, double step_mm) { return std::max(1, static_cast<int>(std::ceil(length_mm / step_mm))); }

template <class Image>
GreyImage section(const Image& sample_at, const Box<CtFrame>& box, ViewPlane plane, double depth_mm, double step_mm) {
  const ViewAxes axes = axes_of(plane);
  const Eigen::Vector3d extent = box.high_mm - box.low_mm;
  GreyImage out;
  out.width = steps_of(extent[axes.horizontal], step_mm);
  out.height = steps_of(extent[axes.vertical], step_mm);
  out.value.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  parallel_for(static_cast<std::size_t>(out.height), [&](std::size_t row) {
    for (int column = 0; column < out.width; ++column) {
      Point<CtFrame> p;
      p.mm[axes.depth] = depth_mm;
      p.mm[axes.horizontal] = box.low_mm[axes.horizontal] + (column + 0.5) * step_mm;
      const double down = (static_cast<double>(row) + 0.5) * step_mm;
      p.mm[axes.vertical] = axes.vertical_up ? box.high_mm[axes.vertical] - down : box.low_mm[axes.vertical] + down;
      out.value[row * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(column)] = sample_at(p);
    }
  });
  return out;
}

}  // namespace

ViewAxes axes_of(ViewPlane plane) {
  switch (plane) {
    case ViewPlane::axial:
      return {0, 1, false, 2, {"R", "L", "A", "P"}};
    case ViewPlane::coronal:
      return {0, 2, true, 1, {"R", "L", "S", "I"}};
    case ViewPlane::sagittal:
      return {1, 2, true, 0, {"A", "P", "S", "I"}};
  }
  return {0, 1, false, 2, {"R", "L", "A", "P"}};
}

IsotropicBlock::IsotropicBlock(const CtVolume& volume, const Box<CtFrame>& box, double step_mm) {
  const Eigen::Vector3d extent = box.high_mm - box.low_mm;
  const double step = std::max(step_mm, std::cbrt(extent.prod() / kMostSamples));
  for (std::size_t a = 0; a < 3; ++a) size_[a] = steps_of(extent[static_cast<Eigen::Index>(a)], step);
  const auto nx = static_cast<std::size_t>(size_[0]), ny = static_cast<std::size_t>(size_[1]), nz = static_cast<std::size_t>(size_[2]);
  hu_.resize(nx * ny * nz);
  // Places in voxels are linear in the block's own indices: millions of samples need no change of coordinates each.
  const auto index_at = [&](double i, double j, double k) {
    return volume.grid.index_of({box.low_mm + step * (Eigen::Vector3d(i, j, k) + Eigen::Vector3d::Constant(0.5))});
  };
  const Eigen::Vector3d origin = index_at(0, 0, 0);
  const Eigen::Vector3d along = index_at(1, 0, 0) - origin, down = index_at(0, 1, 0) - origin, up = index_at(0, 0, 1) - origin;
  const std::array<double, 3> dx{along[0], along[1], along[2]};
  parallel_for(nz, [&](std::size_t k) {
    for (std::size_t j = 0; j < ny; ++j) {
      const Eigen::Vector3d start = origin + static_cast<double>(j) * down + static_cast<double>(k) * up;
      const std::array<double, 3> x0{start[0], start[1], start[2]};
      for (std::size_t i = 0; i < nx; ++i) {
        const auto n = static_cast<double>(i);
        hu_[i + nx * (j + ny * k)] =
            sample(volume.grid.size(), volume.hu, {x0[0] + n * dx[0], x0[1] + n * dx[1], x0[2] + n * dx[2]}, kAirHu);
      }
    }
  });
}

GreyImage IsotropicBlock::maximum_along(ViewPlane plane) const {
  const ViewAxes axes = axes_of(plane);
  const auto length = [&](int axis) { return static_cast<std::size_t>(size_[static_cast<std::size_t>(axis)]); };
  const std::array<std::size_t, 3> stride = {1, length(0), length(0) * length(1)};
  const auto stride_of = [&](int axis) { return stride[static_cast<std::size_t>(axis)]; };
  GreyImage out;
  out.width = static_cast<int>(length(axes.horizontal));
  out.height = static_cast<int>(length(axes.vertical));
  out.value.assign(length(axes.horizontal) * length(axes.vertical), kAirHu);
  parallel_for(length(axes.vertical), [&](std::size_t row) {
    const std::size_t v = axes.vertical_up ? length(axes.vertical) - 1 - row : row;
    for (std::size_t h = 0; h < length(axes.horizontal); ++h) {
      float highest = kAirHu;
      for (std::size_t d = 0; d < length(axes.depth); ++d)
        highest = std::max(highest, hu_[h * stride_of(axes.horizontal) + v * stride_of(axes.vertical) + d * stride_of(axes.depth)]);
      out.value[row * length(axes.horizontal) + h] = highest;
    }
  });
  return out;
}

GreyImage section_of(const CtVolume& volume, const Box<CtFrame>& box, ViewPlane plane, double depth_mm, double step_mm) {
  return section([&](const Point<CtFrame>& p) { return sample(volume.grid, volume.hu, p, kAirHu); }, box, plane, depth_mm, step_mm);
}

GreyImage section_of(const DoseGrid<CtFrame>& dose, const Box<CtFrame>& box, ViewPlane plane, double depth_mm, double step_mm) {
  return section([&](const Point<CtFrame>& p) { return sample(dose.grid, dose.dose_gy, p, 0.0F); }, box, plane, depth_mm, step_mm);
}

}  // namespace seedaudit
