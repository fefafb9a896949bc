// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/dvh_calculator.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr std::size_t kVoxelsPerTask = 4096;

/// D90 and V100 of part of the samples, by the same rules as Dvh.
struct Figures {
  double d90 = 0.0, v100 = 0.0;
};

Figures figures_of(std::vector<float> dose, std::optional<Gy> rx) {
  Figures f;
  const auto n = static_cast<double>(dose.size());
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(0.9 * n - 1e-9)) - 1;
  std::nth_element(dose.begin(), dose.begin() + rank, dose.end(), std::greater<>());
  f.d90 = static_cast<double>(dose[static_cast<std::size_t>(rank)]);
  if (rx) {
    const auto reached = std::count_if(dose.begin(), dose.end(), [&](float d) { return static_cast<double>(d) >= rx->value; });
    f.v100 = 100.0 * static_cast<double>(reached) / n;
  }
  return f;
}

template <class F>
using DoseFunction = std::function<std::vector<float>(const std::vector<Point<F>>&)>;

template <class F>
using Coverage = std::function<bool(const Point<F>&)>;

/// \param covered where dose is known; empty: everywhere
template <class F>
Result<SampledDose<F>> sample_until_stable(const StructureVolume<F>& structure, const DoseFunction<F>& dose, std::optional<Gy> rx,
                                           const DvhOptions& options, const Coverage<F>& covered = {}) {
  SampledDose<F> out;
  std::size_t half = std::max<std::size_t>(1, options.initial_samples / 2), drawn = 0;
  const auto extend = [&](std::size_t n) {
    std::vector<Point<F>> more = structure.sample(drawn, n);
    drawn += n;
    if (covered) std::erase_if(more, [&](const Point<F>& p) { return !covered(p); });
    const std::vector<float> values = dose(more);
    out.points.insert(out.points.end(), more.begin(), more.end());
    out.dose_gy.insert(out.dose_gy.end(), values.begin(), values.end());
  };
  extend(half);
  while (true) {
    const auto first_half = static_cast<std::ptrdiff_t>(out.points.size());
    extend(half);
    const auto middle = out.dose_gy.begin() + first_half;
    const Figures a = figures_of({out.dose_gy.begin(), middle}, rx), b = figures_of({middle, out.dose_gy.end()}, rx);
    const double mean_d90 = 0.5 * (a.d90 + b.d90);
    out.d90_spread_pct = mean_d90 > 0.0 ? 100.0 * std::abs(a.d90 - b.d90) / mean_d90 : 0.0;
    out.v100_spread_pct_points = std::abs(a.v100 - b.v100);
    out.stable = out.d90_spread_pct < options.d90_tolerance_pct && out.v100_spread_pct_points < options.v100_tolerance_pct_points;
    half = drawn;
    if (out.stable || 2 * half > options.max_samples) break;
  }
  const double share = static_cast<double>(out.points.size()) / static_cast<double>(drawn);
  out.covered_pct = 100.0 * share;
  Result<Dvh> dvh = Dvh::make(out.dose_gy, share * structure.volume_cc());
  if (!dvh) return dvh.error();
  out.dvh = std::move(dvh).value();
  return out;
}

template <class F>
float trilinear(const DoseGrid<F>& g, const Point<F>& p) {
  const Eigen::Vector3d x = g.grid.index_of(p);
  int low[3], high[3];
  double w[3];
  for (int a = 0; a < 3; ++a) {
    const int last = g.grid.size()[static_cast<std::size_t>(a)] - 1;
    const double v = std::clamp(x[a], 0.0, static_cast<double>(last));
    low[a] = std::min(static_cast<int>(v), std::max(0, last - 1));
    high[a] = std::min(low[a] + 1, last);
    w[a] = v - low[a];
  }
  double sum = 0.0;
  for (int c = 0; c < 8; ++c) {
    const int i = (c & 1) != 0 ? high[0] : low[0], j = (c & 2) != 0 ? high[1] : low[1], k = (c & 4) != 0 ? high[2] : low[2];
    const double weight = ((c & 1) != 0 ? w[0] : 1.0 - w[0]) * ((c & 2) != 0 ? w[1] : 1.0 - w[1]) * ((c & 4) != 0 ? w[2] : 1.0 - w[2]);
    sum += weight * static_cast<double>(g.dose_gy[g.grid.offset(i, j, k)]);
  }
  return static_cast<float>(sum);
}

/// How far a point lies outside the voxels' volume, mm; 0 inside.
template <class F>
double overhang_mm(const GridGeometry<F>& grid, const Point<F>& p) {
  const Eigen::Vector3d x = grid.index_of(p);
  double worst = 0.0;
  for (int a = 0; a < 3; ++a) {
    const double beyond = std::max(-0.5 - x[a], x[a] - (grid.size()[static_cast<std::size_t>(a)] - 0.5));
    worst = std::max(worst, beyond * grid.spacing_mm()[a]);
  }
  return worst;
}

/// Share of the structure in the voxels' volume, percent, from points that fill it evenly.
template <class F>
double covered_pct(const StructureVolume<F>& structure, const GridGeometry<F>& grid) {
  constexpr std::size_t kPoints = 20000;
  const auto points = structure.sample(0, kPoints);
  const auto inside = std::count_if(points.begin(), points.end(), [&](const Point<F>& p) { return overhang_mm(grid, p) <= 0.0; });
  return 100.0 * static_cast<double>(inside) / static_cast<double>(kPoints);
}

std::string one_decimal(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}

}  // namespace

Status DvhOptions::check() const {
  const auto bad = [](const std::string& what) { return Error{ErrorCode::invalid_option, what, "", ""}; };
  if (initial_samples < 1000) return bad("initial_samples is " + std::to_string(initial_samples) + ", must be at least 1000");
  if (max_samples < initial_samples) return bad("max_samples is " + std::to_string(max_samples) + ", below initial_samples");
  if (!(d90_tolerance_pct > 0.0)) return bad("d90_tolerance_pct is " + std::to_string(d90_tolerance_pct) + ", must be above 0");
  if (!(v100_tolerance_pct_points > 0.0))
    return bad("v100_tolerance_pct_points is " + std::to_string(v100_tolerance_pct_points) + ", must be above 0");
  if (!(least_covered_pct >= 1.0 && least_covered_pct <= 100.0))
    return bad("least_covered_pct is " + std::to_string(least_covered_pct) + ", must be 1 to 100");
  return ok_status();
}

template <class F>
Result<SampledDose<F>> sample_dose(const StructureVolume<F>& structure, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                                   std::optional<Gy> prescription, const DoseOptions& dose, const DvhOptions& options) {
  if (auto s = options.check(); !s) return s.error();
  if (auto s = dose.check(); !s) return s.error();
  return sample_until_stable<F>(
      structure, [&](const std::vector<Point<F>>& p) { return dose_at(p, seeds, source, dose); }, prescription, options);
}

template <class F>
Result<SampledDose<F>> sample_dose(const StructureVolume<F>& structure, const DoseGrid<F>& grid, std::optional<Gy> prescription,
                                   const DvhOptions& options) {
  if (auto s = options.check(); !s) return s.error();
  if (grid.dose_gy.size() != grid.grid.voxel_count() || grid.dose_gy.empty())
    return Error{ErrorCode::dose_invalid, "the dose grid holds no values", grid.path, ""};
  // The corners of the contours at both faces of each slab are among these points: nothing of the structure lies farther out.
  constexpr double kRoundingMm = 1e-3;
  double beyond = 0.0;
  for (const Point<F>& p : structure.surface_points(5.0)) beyond = std::max(beyond, overhang_mm(grid.grid, p));
  Coverage<F> covered;
  if (beyond > kRoundingMm) {
    const double share_pct = covered_pct(structure, grid.grid);
    if (options.least_covered_pct >= 100.0 || share_pct < options.least_covered_pct)
      return Error{ErrorCode::dose_invalid,
                   "structure " + structure.name() + " leaves the dose grid by " + one_decimal(beyond) + " mm; " + one_decimal(share_pct) +
                       " % of it lies inside",
                   grid.path, "Export the dose on a grid that covers the structure, or say how much of it must be covered."};
    covered = [&grid](const Point<F>& p) { return overhang_mm(grid.grid, p) <= 0.0; };
  }
  const auto evaluate = [&](const std::vector<Point<F>>& points) {
    std::vector<float> out(points.size());
    parallel_for((points.size() + kVoxelsPerTask - 1) / kVoxelsPerTask, [&](std::size_t t) {
      const std::size_t end = std::min(points.size(), (t + 1) * kVoxelsPerTask);
      for (std::size_t i = t * kVoxelsPerTask; i < end; ++i) out[i] = trilinear(grid, points[i]);
    });
    return out;
  };
  return sample_until_stable<F>(structure, evaluate, prescription, options, covered);
}

template Result<SampledDose<CtFrame>> sample_dose(const StructureVolume<CtFrame>&, const std::vector<DoseSeed<CtFrame>>&,
                                                  const SourceModel&, std::optional<Gy>, const DoseOptions&, const DvhOptions&);
template Result<SampledDose<PlanFrame>> sample_dose(const StructureVolume<PlanFrame>&, const std::vector<DoseSeed<PlanFrame>>&,
                                                    const SourceModel&, std::optional<Gy>, const DoseOptions&, const DvhOptions&);
template Result<SampledDose<CtFrame>> sample_dose(const StructureVolume<CtFrame>&, const DoseGrid<CtFrame>&, std::optional<Gy>,
                                                  const DvhOptions&);
template Result<SampledDose<PlanFrame>> sample_dose(const StructureVolume<PlanFrame>&, const DoseGrid<PlanFrame>&, std::optional<Gy>,
                                                    const DvhOptions&);

}  // namespace seedaudit
