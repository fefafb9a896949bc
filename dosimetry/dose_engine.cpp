// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/dose_engine.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "core/parallel.h"
#include "dosimetry/fast_kernel.h"
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

/// The same by the fast kernel, for blocks of points.
template <class F>
class FastSummation {
 public:
  FastSummation(const std::vector<DoseSeed<F>>& seeds, const SourceModel& source, const DoseOptions& options) : table_(*options.fast) {
    assert(table_.source_id == source.id && table_.rules == options.rules);
    const double fraction = options.to_date ? delivered_fraction(source.half_life, *options.to_date) : 1.0;
    const double gy_per_rate = dose_to_infinity(1.0, source.half_life).value * fraction;
    if (options.cutoff_mm) reach_cm_ = static_cast<float>(to_cm(Mm{*options.cutoff_mm}).value);
    // Single precision counts from the middle of the implant, so that a point beside a seed is placed to 1e-5 mm.
    for (const DoseSeed<F>& s : seeds) origin_mm_ += s.center.mm / static_cast<double>(seeds.size());
    for (const DoseSeed<F>& s : seeds) {
      KernelSeed k;
      const Eigen::Vector3f at = relative_cm(s.center.mm);
      k.x = at.x(), k.y = at.y(), k.z = at.z();
      k.has_axis = options.formalism == DoseFormalism::line_2d && s.axis;
      if (k.has_axis) {
        const Eigen::Vector3f axis = s.axis->unit.template cast<float>();
        k.ax = axis.x(), k.ay = axis.y(), k.az = axis.z();
      }
      k.weight = static_cast<float>(s.strength_at_implant.value * gy_per_rate);
      seeds_.push_back(k);
    }
  }

  /// \param point_mm called with 0 .. n - 1; n <= kPointsPerTask
  template <class PointAt>
  void block(std::size_t n, const PointAt& point_mm, float* out) const {
    alignas(64) std::array<float, kPointsPerTask> x, y, z, sum;
    const std::size_t padded = (n + kKernelPad - 1) / kKernelPad * kKernelPad;
    for (std::size_t i = 0; i < padded; ++i) {
      const Eigen::Vector3f p = relative_cm(point_mm(std::min(i, n - 1)));
      x[i] = p.x(), y[i] = p.y(), z[i] = p.z();
      sum[i] = 0.0F;
    }
    add_dose(table_, seeds_, {x.data(), y.data(), z.data(), padded}, reach_cm_, sum.data());
    std::copy_n(sum.begin(), n, out);
  }

 private:
  Eigen::Vector3f relative_cm(const Eigen::Vector3d& mm) const { return (to_cm(Mm{1.0}).value * (mm - origin_mm_)).template cast<float>(); }

  const FusedTable& table_;
  std::vector<KernelSeed> seeds_;
  Eigen::Vector3d origin_mm_ = Eigen::Vector3d::Zero();
  float reach_cm_ = static_cast<float>(FusedTable::kReachMm / 10.0);
};

}  // namespace

std::shared_ptr<const FusedTable> fast_table(const SourceModel& source, InterpolationRules rules) {
  return std::make_shared<const FusedTable>(source, rules);
}

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
  std::vector<float> out(points.size());
  const std::size_t tasks = (points.size() + kPointsPerTask - 1) / kPointsPerTask;
  if (options.fast) {
    const FastSummation<F> sum(seeds, source, options);
    parallel_for(tasks, [&](std::size_t t) {
      const std::size_t first = t * kPointsPerTask;
      sum.block(
          std::min(points.size() - first, kPointsPerTask), [&](std::size_t i) { return points[first + i].mm; }, &out[first]);
    });
    return out;
  }
  const Summation<F> sum(seeds, source, options);
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
  DoseGrid<F> out;
  out.grid = grid;
  out.dose_gy.resize(grid.voxel_count());
  out.description = {options.formalism, options.to_date ? DoseBasis::to_date : DoseBasis::to_infinity, source.id, "seedaudit"};
  const auto rows = static_cast<std::size_t>(grid.size()[1]);
  if (options.fast) {
    const FastSummation<F> sum(seeds, source, options);
    const auto columns = static_cast<std::size_t>(grid.size()[0]);
    parallel_for(rows * static_cast<std::size_t>(grid.size()[2]), [&](std::size_t row) {
      const int j = static_cast<int>(row % rows), k = static_cast<int>(row / rows);
      float* line = &out.dose_gy[grid.offset(0, j, k)];
      for (std::size_t first = 0; first < columns; first += kPointsPerTask)
        sum.block(
            std::min(columns - first, kPointsPerTask),
            [&](std::size_t i) {
              return grid.center_of({static_cast<int>(first + i), j, k}).mm;
            },
            line + first);
    });
    return out;
  }
  const Summation<F> sum(seeds, source, options);
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
