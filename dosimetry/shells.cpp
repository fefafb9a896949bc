// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/parallel.h"
#include "dosimetry/metrics.h"

namespace seedaudit {
namespace {

/// The first points of a low-discrepancy sequence fill a structure evenly; distances to thousands of edges are dear.
constexpr std::size_t kMostPoints = 20000;
constexpr std::size_t kPointsPerTask = 256;

/// Distances of the points to the surface of the volume, mm; infinity where the volume's box is farther away than `reach_mm`.
template <class F>
std::vector<double> surface_distances(const std::vector<Point<F>>& points, std::size_t n, const StructureVolume<F>& volume,
                                      double reach_mm) {
  std::vector<double> out(n, std::numeric_limits<double>::infinity());
  const Box<F> box = volume.box();
  parallel_for((n + kPointsPerTask - 1) / kPointsPerTask, [&](std::size_t t) {
    for (std::size_t i = t * kPointsPerTask; i < std::min(n, (t + 1) * kPointsPerTask); ++i) {
      const auto& p = points[i].mm.array();
      if ((p < box.low_mm.array() - reach_mm).any() || (p > box.high_mm.array() + reach_mm).any()) continue;
      out[i] = std::abs(volume.signed_distance_mm(points[i]));
    }
  });
  return out;
}

template <class F>
void add_part(const std::string& name, const SampledDose<F>& sampled, const std::vector<double>& distance, bool near, double rim_mm,
              double volume_cc, Gy rx, std::vector<SectorMetrics>& out) {
  std::vector<float> dose;
  for (std::size_t i = 0; i < distance.size(); ++i)
    if ((distance[i] <= rim_mm) == near) dose.push_back(sampled.dose_gy[i]);
  const double share = static_cast<double>(dose.size()) / static_cast<double>(distance.size());
  const auto dvh = Dvh::make(std::move(dose), volume_cc * share);
  if (!dvh) return;
  out.push_back({name, dvh->volume_cc(), dvh->volume_pct_at(rx), dvh->dose_at_volume_pct(90.0).value, dvh->minimum().value});
}

}  // namespace

template <class F>
std::vector<SectorMetrics> shells(const SampledDose<F>& sampled, const StructureVolume<F>& structure, Gy rx,
                                  const std::vector<const StructureVolume<F>*>& organs, double rim_mm) {
  std::vector<SectorMetrics> out;
  const std::size_t n = std::min(sampled.points.size(), kMostPoints);
  const std::vector<double> depth = surface_distances(sampled.points, n, structure, rim_mm);
  add_part("rim", sampled, depth, true, rim_mm, structure.volume_cc(), rx, out);
  add_part("core", sampled, depth, false, rim_mm, structure.volume_cc(), rx, out);
  for (const StructureVolume<F>* organ : organs)
    add_part("beside " + organ->name(), sampled, surface_distances(sampled.points, n, *organ, rim_mm), true, rim_mm, structure.volume_cc(),
             rx, out);
  return out;
}

template std::vector<SectorMetrics> shells(const SampledDose<CtFrame>&, const StructureVolume<CtFrame>&, Gy,
                                           const std::vector<const StructureVolume<CtFrame>*>&, double);
template std::vector<SectorMetrics> shells(const SampledDose<PlanFrame>&, const StructureVolume<PlanFrame>&, Gy,
                                           const std::vector<const StructureVolume<PlanFrame>*>&, double);

}  // namespace seedaudit
