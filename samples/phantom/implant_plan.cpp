// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <optional>
#include <string>

#include "dosimetry/dose_engine.h"
#include "samples/phantom/implant.h"
#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

/// Orientation-averaged dose of one seed by distance, tabulated every 0.25 mm.
class RadialKernel {
 public:
  RadialKernel(const SourceModel& source, double strength_u) {
    std::vector<Point<PlanFrame>> points(kSteps);
    for (std::size_t i = 0; i < kSteps; ++i) points[i].mm = {kStepMm * static_cast<double>(i), 0, 0};
    gy_ = dose_at<PlanFrame>(points, {{Point<PlanFrame>{}, std::nullopt, AirKermaU{strength_u}}}, source);
  }
  double gy(double mm) const {
    const double x = mm / kStepMm;
    const auto i = std::min(static_cast<std::size_t>(x), kSteps - 2);
    return gy_[i] + std::min(1.0, x - static_cast<double>(i)) * (gy_[i + 1] - gy_[i]);
  }

 private:
  static constexpr double kStepMm = 0.25;
  static constexpr std::size_t kSteps = 500;
  std::vector<float> gy_;
};

struct Place {
  Eigen::Vector3d center;
  int column;
  double depth;
};

std::vector<Place> places_on_needles(const TargetShape& target, const ImplantOptions& o, const Eigen::Matrix3d& frame,
                                     RandomStream& random) {
  const TargetShape reach = target.grown(1.0);
  const double radius = 1.4 * target.mean_radius_mm() + 3.0;
  constexpr double kNeedleDistanceMm = 7.0;
  std::vector<Place> out;
  int column = 0;
  const int rows = static_cast<int>(radius / (kNeedleDistanceMm * 0.866)) + 1;
  const int steps = static_cast<int>(radius / kNeedleDistanceMm) + 1;
  for (int v = -rows; v <= rows; ++v)
    for (int u = -steps; u <= steps; ++u, ++column) {
      const double phase = random.uniform(0.0, o.seed_pitch_mm);
      const double x = kNeedleDistanceMm * (u + (v % 2 == 0 ? 0.0 : 0.5));
      const double y = kNeedleDistanceMm * 0.866 * v;
      for (double w = -radius - o.seed_pitch_mm + phase; w <= radius; w += o.seed_pitch_mm) {
        const Eigen::Vector3d p = target.center + frame * Eigen::Vector3d(x, y, w);
        if (reach.contains(p)) out.push_back({p, column, w});
      }
    }
  return out;
}

double covered_pct(const std::vector<Point<PlanFrame>>& points, const std::vector<Place>& chosen, const Eigen::Vector3d& axis,
                   double strength_u, const SourceModel& source, double rx_gy) {
  std::vector<DoseSeed<PlanFrame>> seeds;
  for (const auto& c : chosen) seeds.push_back({{c.center}, Axis<PlanFrame>{axis}, AirKermaU{strength_u}});
  const auto dose = dose_at(points, seeds, source);
  const auto n = std::count_if(dose.begin(), dose.end(), [&](float d) { return d >= rx_gy; });
  return 100.0 * static_cast<double>(n) / static_cast<double>(dose.size());
}

}  // namespace

Result<NeedlePlan> plan_implant(const TargetShape& target, const ImplantOptions& o, const SourceModel& source, std::uint64_t seed) {
  if (auto status = o.check(); !status) return status.error();
  RandomStream random(seed, 50);
  // From the right side of the patient, between straight lateral and antero-lateral, along the ribs.
  const double around = random.uniform(-0.9, 0.5);
  const Eigen::Vector3d axis = Eigen::Vector3d(-std::cos(around), std::sin(around), random.uniform(-0.25, 0.25)).normalized();
  const Eigen::Matrix3d frame = frame_of(axis);
  const double strength_u = o.activity_mci * source.air_kerma_u_per_mci;
  const RadialKernel kernel(source, strength_u);
  const double spacing = std::cbrt(target.volume_cc() * 1000.0 / 2500.0);
  std::vector<Point<PlanFrame>> points;
  for (const auto& p : target.lattice(spacing)) points.push_back({p});
  const auto places = places_on_needles(target, o, frame, random);

  std::vector<std::vector<float>> gives(places.size(), std::vector<float>(points.size()));
  for (std::size_t c = 0; c < places.size(); ++c)
    for (std::size_t i = 0; i < points.size(); ++i) gives[c][i] = static_cast<float>(kernel.gy((points[i].mm - places[c].center).norm()));

  // Dose beyond the prescription is worth nothing, so the next seed goes where most is still missing.
  const auto enough = static_cast<float>(1.08 * o.prescription_gy);
  std::vector<float> dose(points.size(), 0.0F);
  std::vector<char> taken(places.size(), 0);
  std::vector<Place> chosen;
  double reached = 0.0;
  while (reached < o.plan_v100_pct) {
    std::size_t best = places.size();
    double best_gain = 0.0;
    for (std::size_t c = 0; c < places.size(); ++c) {
      if (taken[c]) continue;
      double gain = 0.0;
      for (std::size_t i = 0; i < points.size(); ++i)
        if (dose[i] < enough) gain += std::min(gives[c][i], enough - dose[i]);
      if (gain > best_gain) {
        best_gain = gain;
        best = c;
      }
    }
    if (best == places.size() || chosen.size() >= 150)
      return Error{ErrorCode::bad_scenario,
                   "no plan with " + std::to_string(chosen.size()) + " seeds of " + std::to_string(o.activity_mci) + " mCi reaches V100 " +
                       std::to_string(o.plan_v100_pct) + " %",
                   "implant", "Raise the activity, or lower seed_pitch_mm or plan_v100_pct."};
    taken[best] = 1;
    chosen.push_back(places[best]);
    for (std::size_t i = 0; i < points.size(); ++i) dose[i] += gives[best][i];
    const auto over = std::count_if(dose.begin(), dose.end(), [&](float d) { return d >= o.prescription_gy; });
    if (100.0 * static_cast<double>(over) / static_cast<double>(dose.size()) >= o.plan_v100_pct - 3.0)
      reached = covered_pct(points, chosen, axis, strength_u, source, o.prescription_gy);
  }

  std::sort(chosen.begin(), chosen.end(),
            [](const Place& a, const Place& b) { return a.column != b.column ? a.column < b.column : a.depth < b.depth; });
  NeedlePlan plan;
  plan.axis = axis;
  int last = std::numeric_limits<int>::min();
  for (const auto& c : chosen) {
    if (c.column != last) ++plan.needles;
    last = c.column;
    plan.seeds.push_back({c.center, plan.needles - 1});
  }
  return plan;
}

}  // namespace seedaudit
