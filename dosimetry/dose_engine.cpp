// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/dose_engine.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "core/parallel.h"
#include "dosimetry/source_evaluator.h"
#include "dosimetry/tg43.h"

namespace seedaudit {
namespace {

constexpr std::size_t kPointsPerTask = 512;

/// Everything about an implant that does not depend on the point.
template <class F>
class Summation {
 public:
  Summation(const std::vector<DoseSeed<F>>& seeds, const SourceModel& source, const DoseOptions& options)
      : seeds_(seeds), evaluator_(source, options.rules), use_axes_(options.formalism == DoseFormalism::line_2d) {
    const double fraction = options.to_date ? delivered_fraction(source.half_life, *options.to_date) : 1.0;
    gy_per_rate_ = dose_to_infinity(1.0, source.half_life).value * fraction;
    if (options.cutoff_mm) cutoff2_mm2_ = *options.cutoff_mm * *options.cutoff_mm;
  }

  float at(const Point<F>& p) const {
    double sum = 0.0;
    for (const DoseSeed<F>& s : seeds_) {
      const Eigen::Vector3d d = p.mm - s.center.mm;
      const double r2 = d.squaredNorm();
      if (r2 > cutoff2_mm2_) continue;
      if (use_axes_ && s.axis) {
        const double along = to_cm(Mm{d.dot(s.axis->unit)}).value;
        const double away = to_cm(Mm{d.cross(s.axis->unit).norm()}).value;
        sum += s.strength_at_implant.value * evaluator_.rate_2d(along, away);
      } else {
        sum += s.strength_at_implant.value * evaluator_.rate_1d(to_cm(Mm{std::sqrt(r2)}).value);
      }
    }
    return static_cast<float>(sum * gy_per_rate_);
  }

 private:
  const std::vector<DoseSeed<F>>& seeds_;
  SourceEvaluator evaluator_;
  bool use_axes_;
  double gy_per_rate_ = 0.0;
  double cutoff2_mm2_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Status DoseOptions::check() const {
  if (cutoff_mm && !(*cutoff_mm > 0.0))
    return Error{ErrorCode::invalid_option, "cutoff_mm is " + std::to_string(*cutoff_mm) + ", must be above 0", "", ""};
  if (to_date && !std::isfinite(to_date->value)) return Error{ErrorCode::invalid_option, "to_date is not finite", "", ""};
  return ok_status();
}

template <class F>
std::vector<float> dose_at(const std::vector<Point<F>>& points, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                           const DoseOptions& options) {
  assert(options.check().ok());
  const Summation<F> sum(seeds, source, options);
  std::vector<float> out(points.size());
  const std::size_t tasks = (points.size() + kPointsPerTask - 1) / kPointsPerTask;
  parallel_for(tasks, [&](std::size_t t) {
    const std::size_t end = std::min(points.size(), (t + 1) * kPointsPerTask);
    for (std::size_t i = t * kPointsPerTask; i < end; ++i) out[i] = sum.at(points[i]);
  });
  return out;
}

template <class F>
DoseGrid<F> compute_dose_grid(const GridGeometry<F>& grid, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                              const DoseOptions& options) {
  assert(options.check().ok());
  const Summation<F> sum(seeds, source, options);
  DoseGrid<F> out;
  out.grid = grid;
  out.dose_gy.resize(grid.voxel_count());
  out.description = {options.formalism, options.to_date ? DoseBasis::to_date : DoseBasis::to_infinity, source.id, "seedaudit"};
  const auto rows = static_cast<std::size_t>(grid.size()[1]);
  parallel_for(rows * static_cast<std::size_t>(grid.size()[2]), [&](std::size_t row) {
    const int j = static_cast<int>(row % rows);
    const int k = static_cast<int>(row / rows);
    float* line = &out.dose_gy[grid.offset(0, j, k)];
    for (int i = 0; i < grid.size()[0]; ++i) line[i] = sum.at(grid.center_of({i, j, k}));
  });
  return out;
}

template std::vector<float> dose_at(const std::vector<Point<CtFrame>>&, const std::vector<DoseSeed<CtFrame>>&, const SourceModel&,
                                    const DoseOptions&);
template std::vector<float> dose_at(const std::vector<Point<PlanFrame>>&, const std::vector<DoseSeed<PlanFrame>>&, const SourceModel&,
                                    const DoseOptions&);
template DoseGrid<CtFrame> compute_dose_grid(const GridGeometry<CtFrame>&, const std::vector<DoseSeed<CtFrame>>&, const SourceModel&,
                                             const DoseOptions&);
template DoseGrid<PlanFrame> compute_dose_grid(const GridGeometry<PlanFrame>&, const std::vector<DoseSeed<PlanFrame>>&, const SourceModel&,
                                               const DoseOptions&);

}  // namespace seedaudit
