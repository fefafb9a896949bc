// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/slice_outlines.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/parallel.h"
#include "dosimetry/plane_lines.h"

namespace seedaudit {
namespace {

constexpr double kNodeMm = 0.5;
constexpr int kHalvings = 11;  ///< of kNodeMm: 0.2 um
constexpr double kOnSliceMm = 0.1;

}  // namespace

bool lies_on_slices(const Structure<CtFrame>& structure, const GridGeometry<CtFrame>& slices) {
  const double dz = slices.spacing_mm()[2];
  for (const Contour<CtFrame>& c : structure.contours) {
    if (c.points.empty()) continue;
    const double k = std::round(slices.index_of(c.points.front())[2]);
    if (!(k >= 0.0 && k < static_cast<double>(slices.size()[2]))) return false;
    for (const Point<CtFrame>& p : c.points)
      if (!(std::abs(slices.index_of(p)[2] - k) * dz < kOnSliceMm)) return false;
  }
  return true;
}

Structure<CtFrame> outline_on_slices(const Structure<CtFrame>& structure, const StructureVolume<CtFrame>& volume,
                                     const GridGeometry<CtFrame>& slices) {
  Structure<CtFrame> out;
  out.number = structure.number;
  out.name = structure.name;
  out.interpreted_type = structure.interpreted_type;
  // The box in the slices' own axes, mm.
  const Box<CtFrame> box = volume.box();
  Box<CtFrame> extent;
  for (int n = 0; n < 8; ++n) {
    const Eigen::Vector3d corner((n & 1) != 0 ? box.high_mm[0] : box.low_mm[0], (n & 2) != 0 ? box.high_mm[1] : box.low_mm[1],
                                 (n & 4) != 0 ? box.high_mm[2] : box.low_mm[2]);
    extent.include({slices.index_of({corner}).cwiseProduct(slices.spacing_mm())});
  }
  const double dz = slices.spacing_mm()[2];
  const int first = std::max(0, static_cast<int>(std::ceil(extent.low_mm[2] / dz)));
  const int last = std::min(slices.size()[2] - 1, static_cast<int>(std::floor(extent.high_mm[2] / dz)));
  if (last < first) return out;
  std::vector<std::vector<Contour<CtFrame>>> of_slice(static_cast<std::size_t>(last - first + 1));
  parallel_for(of_slice.size(), [&](std::size_t n) {
    const double z = (first + static_cast<int>(n)) * dz;
    PlaneNodes nodes;
    nodes.width = static_cast<int>(std::ceil((extent.high_mm[0] - extent.low_mm[0]) / kNodeMm)) + 3;
    nodes.height = static_cast<int>(std::ceil((extent.high_mm[1] - extent.low_mm[1]) / kNodeMm)) + 3;
    const auto place = [&](std::size_t at) {
      const auto width = static_cast<std::size_t>(nodes.width);
      const Eigen::Vector3d mm(extent.low_mm[0] + (static_cast<double>(at % width) - 1.0) * kNodeMm,
                               extent.low_mm[1] + (static_cast<double>(at / width) - 1.0) * kNodeMm, z);
      return slices.point_at(mm.cwiseQuotient(slices.spacing_mm()));
    };
    for (int j = 0; j < nodes.height; ++j)
      for (int i = 0; i < nodes.width; ++i) {
        const bool border = i == 0 || j == 0 || i + 1 == nodes.width || j + 1 == nodes.height;
        nodes.inside.push_back(!border && volume.contains(place(nodes.at(i, j))) ? 1 : 0);
      }
    of_slice[n] = lines_around(nodes, [&](std::size_t inside, std::size_t outside) {
      const Eigen::Vector3d from = place(inside).mm, way = place(outside).mm - from;
      double low = 0.0, high = 1.0;
      for (int h = 0; h < kHalvings; ++h) {
        const double middle = 0.5 * (low + high);
        (volume.contains({from + middle * way}) ? low : high) = middle;
      }
      return Point<CtFrame>{from + 0.5 * (low + high) * way};
    });
  });
  for (auto& lines : of_slice)
    for (auto& line : lines) out.contours.push_back(std::move(line));
  return out;
}

}  // namespace seedaudit
