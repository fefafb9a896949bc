// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/page_volume.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "report/packed_samples.h"

namespace seedaudit {
namespace {

constexpr double kLowestHu = -1024.0, kHuStep = 2.0;
constexpr int kMostDoseSteps = 1000;
constexpr double kOnCentre = 0.02;  ///< of a voxel: nearer to a centre than this, its value is taken

struct Lattice {
  std::array<int, 3> size{};
  Eigen::Vector3d origin, step;
  std::size_t count() const {
    return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  }
};

Result<Lattice> lattice_of(const GridGeometry<CtFrame>& grid, const Box<CtFrame>& wanted, const PageVolumeOptions& options) {
  const Box<CtFrame> whole = box_of(grid);
  const Eigen::Vector3d low = wanted.low_mm.cwiseMax(whole.low_mm), high = wanted.high_mm.cwiseMin(whole.high_mm);
  if (!(low[0] <= high[0]) || !(low[1] <= high[1]) || !(low[2] <= high[2]))
    return Error{ErrorCode::invalid_option, "nothing of the image lies in the box that is to be shown", "", ""};
  Lattice l;
  std::array<bool, 3> across{};
  for (int a = 0; a < 3; ++a) {
    int nearest = 0;
    for (int g = 1; g < 3; ++g)
      if (std::abs(grid.direction()(a, g)) > std::abs(grid.direction()(a, nearest))) nearest = g;
    const double own = grid.spacing_mm()[nearest];
    l.step[a] = own * std::max(1.0, std::ceil(options.least_step_mm / own - 1e-6));
    across[static_cast<std::size_t>(a)] = nearest != 2;
  }
  const auto fit = [&] {
    // From a voxel centre of the image on, so that whole steps meet voxel centres.
    const Eigen::Vector3d index = grid.index_of({low}).array().round();
    l.origin = grid.point_at(index).mm;
    for (int a = 0; a < 3; ++a) {
      while (l.origin[a] < low[a] - 1e-6) l.origin[a] += l.step[a];
      l.size[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::floor((high[a] - l.origin[a]) / l.step[a] + 1e-6)) + 1);
    }
  };
  fit();
  for (int factor = 2; l.count() > options.most_samples && factor < 64; ++factor) {
    // The two finer axes give way first: slices are the last to be left out.
    const double widest = l.step.maxCoeff();
    for (int a = 0; a < 3; ++a)
      if (across[static_cast<std::size_t>(a)] || l.step[a] < 0.999 * widest) l.step[a] *= static_cast<double>(factor) / (factor - 1);
    fit();
  }
  return l;
}

/// Trilinear over voxel centres; `outside` beyond the voxels.
template <class Read>
double sample_at(const GridGeometry<CtFrame>& grid, const Eigen::Vector3d& at_mm, double outside, const Read& read) {
  const Point<CtFrame> p{at_mm};
  if (!grid.covers(p)) return outside;
  const Eigen::Vector3d x = grid.index_of(p);
  std::array<int, 3> low{}, high{};
  Eigen::Vector3d t;
  for (int a = 0; a < 3; ++a) {
    const auto u = static_cast<std::size_t>(a);
    const double in = std::clamp(x[a], 0.0, static_cast<double>(grid.size()[u] - 1));
    low[u] = static_cast<int>(std::floor(in + kOnCentre));
    high[u] = std::min(low[u] + 1, grid.size()[u] - 1);
    t[a] = in - low[u] < kOnCentre ? 0.0 : in - low[u];
  }
  double sum = 0.0;
  for (unsigned corner = 0; corner < 8; ++corner) {
    double weight = 1.0;
    std::array<int, 3> at{};
    for (unsigned a = 0; a < 3; ++a) {
      const bool up = (corner >> a & 1U) != 0;
      weight *= up ? t[static_cast<int>(a)] : 1.0 - t[static_cast<int>(a)];
      at[a] = up ? high[a] : low[a];
    }
    if (weight > 0.0) sum += weight * static_cast<double>(read(grid.offset(at[0], at[1], at[2])));
  }
  return sum;
}

template <class Read>
Status write_lattice(JsonWriter& json, std::string_view key, const GridGeometry<CtFrame>& grid, const Box<CtFrame>& box,
                     const PageVolumeOptions& options, double first, double unit, int most, const Read& read) {
  const auto l = lattice_of(grid, box, options);
  if (!l) return l.error();
  std::vector<std::uint16_t> samples(l->count());
  parallel_for(static_cast<std::size_t>(l->size[2]), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    std::size_t n = slice * static_cast<std::size_t>(l->size[0]) * static_cast<std::size_t>(l->size[1]);
    for (int j = 0; j < l->size[1]; ++j)
      for (int i = 0; i < l->size[0]; ++i) {
        const Eigen::Vector3d p = l->origin + l->step.cwiseProduct(Eigen::Vector3d(i, j, k));
        const double steps = std::clamp((sample_at(grid, p, first, read) - first) / unit, 0.0, static_cast<double>(most));
        samples[n++] = static_cast<std::uint16_t>(std::lround(steps));
      }
  });
  auto packed = packed_samples(samples, static_cast<std::size_t>(l->size[0]));
  if (!packed) return packed.error();
  json.begin_object(key, JsonWriter::Layout::one_line);
  json.numbers("size", {static_cast<double>(l->size[0]), static_cast<double>(l->size[1]), static_cast<double>(l->size[2])}, 0);
  json.vector("origin_mm", l->origin, 4);
  json.vector("step_mm", l->step, 6);
  json.number("first", first, 6);
  json.number("unit", unit, 6);
  json.integer("most", most);
  json.text("data", *packed);
  json.end_object();
  return ok_status();
}

}  // namespace

Box<CtFrame> box_of(const GridGeometry<CtFrame>& grid) {
  Box<CtFrame> box;
  for (unsigned corner = 0; corner < 8; ++corner)
    box.include(grid.center_of({(corner & 1U) != 0 ? grid.size()[0] - 1 : 0, (corner & 2U) != 0 ? grid.size()[1] - 1 : 0,
                                (corner & 4U) != 0 ? grid.size()[2] - 1 : 0}));
  return box;
}

Status write_page_image(JsonWriter& json, std::string_view key, const CtVolume& image, const Box<CtFrame>& box,
                        const PageVolumeOptions& options) {
  return write_lattice(json, key, image.grid, box, options, kLowestHu, kHuStep, 65535, [&](std::size_t n) { return image.hu[n]; });
}

Status write_page_image_of_any_scale(JsonWriter& json, std::string_view key, const CtVolume& image, const Box<CtFrame>& box,
                                     const PageVolumeOptions& options) {
  const auto [low, high] = std::minmax_element(image.hu.begin(), image.hu.end());
  const double first = *low, unit = std::max(1.0, (static_cast<double>(*high) - first) / 4095.0);
  return write_lattice(json, key, image.grid, box, options, first, unit, 65535, [&](std::size_t n) { return image.hu[n]; });
}

Status write_page_dose(JsonWriter& json, std::string_view key, const DoseGrid<CtFrame>& dose, Gy step, const PageVolumeOptions& options) {
  return write_lattice(json, key, dose.grid, box_of(dose.grid), options, 0.0, step.value, kMostDoseSteps,
                       [&](std::size_t n) { return dose.dose_gy[n]; });
}

}  // namespace seedaudit
