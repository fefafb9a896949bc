// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/cold_outlines.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "dosimetry/cold_parts.h"
#include "dosimetry/plane_lines.h"

namespace seedaudit {
namespace {

/// Which region a place belongs to: that of the nearest cold point of the lattice.
class Labels {
 public:
  static constexpr int kNone = -1;

  explicit Labels(const ColdParts& found) : lattice_(found.lattice), label_(found.lattice.points.size(), kNone) {
    for (std::size_t n = 0; n < found.parts.size(); ++n)
      for (const std::size_t p : found.parts[n].points) label_[p] = static_cast<int>(n);
  }

  int at(const Point<CtFrame>& p) const {
    const Eigen::Vector3d cell = (p.mm - lattice_.low_mm) / lattice_.spacing_mm;
    int best = kNone;
    double nearest = std::numeric_limits<double>::infinity();
    for (int n = 0; n < 27; ++n) {
      const Index3 c{static_cast<int>(std::floor(cell[0])) + n % 3 - 1, static_cast<int>(std::floor(cell[1])) + n / 3 % 3 - 1,
                     static_cast<int>(std::floor(cell[2])) + n / 9 - 1};
      bool inside = true;
      for (std::size_t a = 0; a < 3; ++a) inside = inside && c[a] >= 0 && c[a] < lattice_.size[a];
      if (!inside) continue;
      const std::int32_t slot = lattice_.slot[lattice_.offset(c)];
      if (slot == ColdLattice::kOutside || label_[static_cast<std::size_t>(slot)] == kNone) continue;
      const double distance = (lattice_.points[static_cast<std::size_t>(slot)].mm - p.mm).squaredNorm();
      if (distance < nearest) {
        nearest = distance;
        best = label_[static_cast<std::size_t>(slot)];
      }
    }
    return best;
  }

 private:
  const ColdLattice& lattice_;
  std::vector<int> label_;
};

/// Nodes over the structure's box in the plane of one slice, with a border that lies outside.
struct Raster {
  int width = 0, height = 0;
  std::vector<Point<CtFrame>> places;
  std::vector<char> inside;  ///< the structure
  std::vector<float> dose_gy;
  std::vector<int> label;
};

class Outliner {
 public:
  Outliner(const StructureVolume<CtFrame>& structure, double level_gy) : structure_(structure), level_gy_(level_gy) {}

  /// Lines around the nodes of one region; regions inside others are holes.
  std::vector<Contour<CtFrame>> around(const Raster& r, int label) const {
    PlaneNodes nodes{r.width, r.height, {}};
    for (const int l : r.label) nodes.inside.push_back(l == label ? 1 : 0);
    return lines_around(nodes, [&](std::size_t cold, std::size_t other) { return crossing(r, cold, other); });
  }

 private:
  Point<CtFrame> crossing(const Raster& r, std::size_t cold, std::size_t other) const {
    const Eigen::Vector3d from = r.places[cold].mm, way = r.places[other].mm - from;
    double t = 0.5;  // to a part of its own
    if (r.inside[other] == 0) {
      double low = 0.0, high = 1.0;
      constexpr int kHalvings = 12;
      for (int n = 0; n < kHalvings; ++n) {
        const double middle = 0.5 * (low + high);
        (structure_.contains({from + middle * way}) ? low : high) = middle;
      }
      t = 0.5 * (low + high);
    } else if (static_cast<double>(r.dose_gy[other]) >= level_gy_) {
      const auto dc = static_cast<double>(r.dose_gy[cold]), dw = static_cast<double>(r.dose_gy[other]);
      t = (level_gy_ - dc) / (dw - dc);
    }
    return {from + t * way};
  }

  const StructureVolume<CtFrame>& structure_;
  double level_gy_;
};

}  // namespace

std::vector<Structure<CtFrame>> cold_outlines(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds,
                                              const SourceModel& source, Gy level, const GridGeometry<CtFrame>& slices,
                                              const DoseOptions& dose, const ColdRegionOptions& options) {
  const ColdParts found = cold_parts(structure, seeds, source, level, dose, options);
  std::vector<Structure<CtFrame>> out(found.parts.size());
  if (found.parts.empty()) return out;
  const Labels labels(found);
  const Outliner outliner(structure, level.value);

  // The box in the slices' own axes.
  const Box<CtFrame> box = structure.box();
  Box<CtFrame> extent;
  for (int n = 0; n < 8; ++n) {
    const Eigen::Vector3d corner((n & 1) != 0 ? box.high_mm[0] : box.low_mm[0], (n & 2) != 0 ? box.high_mm[1] : box.low_mm[1],
                                 (n & 4) != 0 ? box.high_mm[2] : box.low_mm[2]);
    extent.include({slices.index_of({corner}).cwiseProduct(slices.spacing_mm())});
  }
  const double step = 0.5 * found.lattice.spacing_mm;
  const double dz = slices.spacing_mm()[2];
  const int first = std::max(0, static_cast<int>(std::ceil(extent.low_mm[2] / dz)));
  const int last = std::min(slices.size()[2] - 1, static_cast<int>(std::floor(extent.high_mm[2] / dz)));
  for (int k = first; k <= last; ++k) {
    Raster r;
    r.width = static_cast<int>(std::ceil((extent.high_mm[0] - extent.low_mm[0]) / step)) + 3;
    r.height = static_cast<int>(std::ceil((extent.high_mm[1] - extent.low_mm[1]) / step)) + 3;
    std::vector<Point<CtFrame>> points;
    for (int j = 0; j < r.height; ++j)
      for (int i = 0; i < r.width; ++i) {
        const Eigen::Vector3d mm(extent.low_mm[0] + (i - 1) * step, extent.low_mm[1] + (j - 1) * step, k * dz);
        r.places.push_back(slices.point_at(mm.cwiseQuotient(slices.spacing_mm())));
        const bool border = i == 0 || j == 0 || i + 1 == r.width || j + 1 == r.height;
        r.inside.push_back(!border && structure.contains(r.places.back()) ? 1 : 0);
        if (r.inside.back() != 0) points.push_back(r.places.back());
      }
    if (points.empty()) continue;
    const std::vector<float> gy = dose_at(points, seeds, source, dose);
    r.dose_gy.assign(r.places.size(), 0.0F);
    r.label.assign(r.places.size(), Labels::kNone);
    std::size_t next = 0;
    for (std::size_t n = 0; n < r.places.size(); ++n) {
      if (r.inside[n] == 0) continue;
      r.dose_gy[n] = gy[next++];
      if (static_cast<double>(r.dose_gy[n]) < level.value) r.label[n] = labels.at(r.places[n]);
    }
    for (std::size_t n = 0; n < out.size(); ++n)
      for (Contour<CtFrame>& line : outliner.around(r, static_cast<int>(n))) out[n].contours.push_back(std::move(line));
  }
  return out;
}

}  // namespace seedaudit
