// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/cold_parts.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace seedaudit {
namespace {

/// Points across a structure below which its cold parts would be ragged.
constexpr double kLeastPoints = 20000.0;

ColdLattice lattice_of(const StructureVolume<CtFrame>& structure, double spacing_mm) {
  ColdLattice l;
  l.spacing_mm = spacing_mm;
  const Box<CtFrame> box = structure.box();
  l.low_mm = box.low_mm;
  for (int a = 0; a < 3; ++a)
    l.size[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::ceil((box.high_mm[a] - box.low_mm[a]) / spacing_mm)));
  l.slot.assign(l.offset({0, 0, l.size[2]}), ColdLattice::kOutside);
  for (int k = 0; k < l.size[2]; ++k)
    for (int j = 0; j < l.size[1]; ++j)
      for (int i = 0; i < l.size[0]; ++i) {
        const Point<CtFrame> p{box.low_mm + spacing_mm * Eigen::Vector3d(i + 0.5, j + 0.5, k + 0.5)};
        if (!structure.contains(p)) continue;
        l.slot[l.offset({i, j, k})] = static_cast<std::int32_t>(l.points.size());
        l.points.push_back(p);
        l.place.push_back({i, j, k});
      }
  return l;
}

}  // namespace

ColdParts cold_parts(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds, const SourceModel& source,
                     Gy level, const DoseOptions& dose, const ColdRegionOptions& options) {
  assert(options.check().ok());
  const double volume_mm3 = structure.volume_cc() * 1000.0;
  ColdParts out;
  out.lattice = lattice_of(structure, std::min(options.spacing_mm, std::cbrt(volume_mm3 / kLeastPoints)));
  const ColdLattice& lattice = out.lattice;
  if (lattice.points.empty()) return out;
  const std::vector<float> gy = dose_at(lattice.points, seeds, source, dose);
  // Each point stands for its share of the exact volume.
  const double cc_per_point = structure.volume_cc() / static_cast<double>(lattice.points.size());
  const auto cold = [&](std::size_t i) { return static_cast<double>(gy[i]) < level.value; };
  std::vector<char> seen(lattice.points.size(), 0);
  std::vector<std::size_t> part;
  for (std::size_t start = 0; start < seen.size(); ++start) {
    if (seen[start] != 0 || !cold(start)) continue;
    part.assign(1, start);
    seen[start] = 1;
    ColdRegion region;
    region.min_gy = std::numeric_limits<double>::infinity();
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    // Points that share a corner are one part: a thin cold rim is not broken up, and no part is called smaller than it is.
    for (std::size_t head = 0; head < part.size(); ++head) {
      const std::size_t at = part[head];
      sum += lattice.points[at].mm;
      if (static_cast<double>(gy[at]) < region.min_gy) {
        region.min_gy = static_cast<double>(gy[at]);
        region.coldest = lattice.points[at];
      }
      for (int n = 0; n < 27; ++n) {
        const Index3 c{lattice.place[at][0] + n % 3 - 1, lattice.place[at][1] + n / 3 % 3 - 1, lattice.place[at][2] + n / 9 - 1};
        bool in_lattice = true;
        for (std::size_t a = 0; a < 3; ++a) in_lattice = in_lattice && c[a] >= 0 && c[a] < lattice.size[a];
        if (!in_lattice) continue;
        const std::int32_t slot = lattice.slot[lattice.offset(c)];
        if (slot == ColdLattice::kOutside) continue;
        const auto next = static_cast<std::size_t>(slot);
        if (seen[next] != 0 || !cold(next)) continue;
        seen[next] = 1;
        part.push_back(next);
      }
    }
    region.volume_cc = cc_per_point * static_cast<double>(part.size());
    if (region.volume_cc < options.min_volume_cc) continue;
    region.center.mm = sum / static_cast<double>(part.size());
    region.where = octant_name(region.center.mm - structure.centroid().mm);
    region.deficit_gy = level.value - region.min_gy;
    out.parts.push_back({std::move(region), part});
  }
  std::stable_sort(out.parts.begin(), out.parts.end(),
                   [](const ColdPart& a, const ColdPart& b) { return a.region.volume_cc > b.region.volume_cc; });
  return out;
}

}  // namespace seedaudit
