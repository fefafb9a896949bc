// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>

#include "dosimetry/metrics.h"

namespace seedaudit {
namespace {

/// Points across a structure below which its cold parts would be ragged.
constexpr double kLeastPoints = 20000.0;

/// Cubic lattice over a structure's box; index of each lattice place among the points inside, or none.
struct Lattice {
  static constexpr std::int32_t kOutside = -1;
  double spacing_mm = 1.0;
  Index3 size{1, 1, 1};
  std::vector<std::int32_t> slot;
  std::vector<Index3> place;
  std::vector<Point<CtFrame>> points;

  std::size_t offset(const Index3& c) const {
    return static_cast<std::size_t>(c[0]) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(c[1]) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(c[2]));
  }
};

Lattice lattice_of(const StructureVolume<CtFrame>& structure, double spacing_mm) {
  Lattice l;
  l.spacing_mm = spacing_mm;
  const Box<CtFrame> box = structure.box();
  for (int a = 0; a < 3; ++a)
    l.size[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::ceil((box.high_mm[a] - box.low_mm[a]) / spacing_mm)));
  l.slot.assign(l.offset({0, 0, l.size[2]}), Lattice::kOutside);
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

Status ColdRegionOptions::check() const {
  if (!(min_volume_cc >= 0.0))
    return Error{ErrorCode::invalid_option, "min_volume_cc is " + std::to_string(min_volume_cc) + ", must not be negative", "", ""};
  if (!(spacing_mm > 0.0))
    return Error{ErrorCode::invalid_option, "spacing_mm is " + std::to_string(spacing_mm) + ", must be above 0", "", ""};
  return ok_status();
}

std::string octant_name(const Eigen::Vector3d& offset_lps_mm) {
  return std::string(offset_lps_mm.x() >= 0.0 ? "left" : "right") + (offset_lps_mm.y() >= 0.0 ? "-posterior" : "-anterior") +
         (offset_lps_mm.z() >= 0.0 ? "-superior" : "-inferior");
}

std::vector<ColdRegion> cold_regions(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds,
                                     const SourceModel& source, Gy level, const DoseOptions& dose, const ColdRegionOptions& options) {
  assert(options.check().ok());
  const double volume_mm3 = structure.volume_cc() * 1000.0;
  const Lattice lattice = lattice_of(structure, std::min(options.spacing_mm, std::cbrt(volume_mm3 / kLeastPoints)));
  std::vector<ColdRegion> out;
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
        if (slot == Lattice::kOutside) continue;
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
    out.push_back(region);
  }
  std::stable_sort(out.begin(), out.end(), [](const ColdRegion& a, const ColdRegion& b) { return a.volume_cc > b.volume_cc; });
  return out;
}

template <class F>
std::vector<SectorMetrics> octants(const SampledDose<F>& sampled, const StructureVolume<F>& structure, Gy rx) {
  std::vector<float> dose[8];
  const Eigen::Vector3d center = structure.centroid().mm;
  for (std::size_t i = 0; i < sampled.points.size(); ++i) {
    const Eigen::Vector3d d = sampled.points[i].mm - center;
    dose[(d.x() >= 0.0 ? 1U : 0U) + (d.y() >= 0.0 ? 2U : 0U) + (d.z() >= 0.0 ? 4U : 0U)].push_back(sampled.dose_gy[i]);
  }
  std::vector<SectorMetrics> out;
  for (unsigned n = 0; n < 8; ++n) {
    const double share = static_cast<double>(dose[n].size()) / static_cast<double>(sampled.points.size());
    const auto dvh = Dvh::make(std::move(dose[n]), structure.volume_cc() * share);
    if (!dvh) continue;
    SectorMetrics s;
    s.name = octant_name({(n & 1U) != 0 ? 1.0 : -1.0, (n & 2U) != 0 ? 1.0 : -1.0, (n & 4U) != 0 ? 1.0 : -1.0});
    s.volume_cc = dvh->volume_cc();
    s.v100_pct = dvh->volume_pct_at(rx);
    s.d90_gy = dvh->dose_at_volume_pct(90.0).value;
    s.min_gy = dvh->minimum().value;
    out.push_back(s);
  }
  return out;
}

template std::vector<SectorMetrics> octants(const SampledDose<CtFrame>&, const StructureVolume<CtFrame>&, Gy);
template std::vector<SectorMetrics> octants(const SampledDose<PlanFrame>&, const StructureVolume<PlanFrame>&, Gy);

}  // namespace seedaudit
