// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/deformable_step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <utility>

#include "core/parallel.h"
#include "core/warp.h"
#include "registration/bspline_lattice.h"

namespace seedaudit {
namespace {

using Field = std::vector<Eigen::Vector3d>;

constexpr std::size_t kMostGridSamples = 60000;
constexpr double kCoarseLatticeMm = 40.0;
constexpr int kMostSteps = 40;

constexpr double kGridMm = 3.0;       // of the answer: trilinear between its points is within 0.1 mm of the spline
constexpr double kBending = 20.0;     // mm^2: bent by 1/mm costs this part of the similarity; keeps noise out
constexpr double kStretching = 30.0;  // strain of 1 costs this part of it: without it the target follows what the seeds' mask leaves
constexpr double kEnoughGain = 2e-5;  // of the similarity at the start
constexpr double kLeastJacobian = 0.2;
constexpr double kMostInverseMm = 3.0;

double dot(const Field& a, const Field& b) {
  double sum = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) sum += a[n].dot(b[n]);
  return sum;
}

struct Problem {
  const SampleSet* samples;
  const WorkImage* image;
  Eigen::Isometry3d rigid;
  SimilarityOptions bins;
  double value_at_start = 1.0;  ///< similarity is counted in units of it, so that regularisation means the same for every pair
  double stiffness = 1.0;
};

struct Evaluation {
  double objective = 0.0;
  double value = 0.0;
  double overlap = 0.0;
  Field gradient;
};

class Climb {
 public:
  Climb(const Problem& problem, BSplineLattice start) : problem_(problem), lattice_(std::move(start)) {
    places_.reserve(problem.samples->mm.size());
    for (const auto& mm : problem.samples->mm) {
      places_.push_back(lattice_.place_of(mm.cast<double>()));
      rigid_mm_.push_back(problem.rigid * mm.cast<double>());
    }
  }

  /// Limited-memory BFGS with backtracking (Nocedal & Wright, Numerical Optimization, 2006, algorithm 7.4).
  BSplineLattice run(int iterations, double first_step_mm) {
    constexpr std::size_t kMemory = 7;
    Evaluation now = evaluate();
    std::deque<std::pair<Field, Field>> memory;  // step, change of the gradient of the negated objective
    for (int it = 0; it < iterations; ++it) {
      Field step = now.gradient;
      std::vector<double> alpha;
      for (auto m = memory.rbegin(); m != memory.rend(); ++m) {
        alpha.push_back(dot(m->first, step) / dot(m->first, m->second));
        for (std::size_t n = 0; n < step.size(); ++n) step[n] -= alpha.back() * m->second[n];
      }
      double scale = 1.0;
      if (memory.empty()) {
        double longest = 0.0;
        for (const auto& g : step) longest = std::max(longest, g.norm());
        if (!(longest > 1e-15)) break;
        scale = first_step_mm / longest;
      } else {
        scale = dot(memory.back().first, memory.back().second) / dot(memory.back().second, memory.back().second);
      }
      for (auto& v : step) v *= scale;
      for (std::size_t m = 0; m < memory.size(); ++m) {
        const double beta = dot(memory[m].second, step) / dot(memory[m].first, memory[m].second);
        for (std::size_t n = 0; n < step.size(); ++n) step[n] += (alpha[memory.size() - 1 - m] - beta) * memory[m].first[n];
      }
      const double slope = dot(step, now.gradient);
      if (!(slope > 0.0)) {
        if (memory.empty()) break;
        memory.clear();
        continue;
      }
      double longest = 0.0;
      for (const auto& v : step) longest = std::max(longest, v.norm());
      double length = longest > 4.0 * first_step_mm ? 4.0 * first_step_mm / longest : 1.0;
      const Field before = lattice_.mm;
      Evaluation next;
      bool found = false;
      for (int tries = 0; tries < 8; ++tries, length *= 0.5) {
        for (std::size_t n = 0; n < step.size(); ++n) lattice_.mm[n] = before[n] + length * step[n];
        next = evaluate();
        if (next.overlap > 0.3 && next.objective > now.objective + 1e-4 * length * slope) {
          found = true;
          break;
        }
      }
      if (!found) {
        lattice_.mm = before;
        if (memory.empty()) break;
        memory.clear();
        continue;
      }
      Field moved(step.size()), change(step.size());
      for (std::size_t n = 0; n < step.size(); ++n) {
        moved[n] = length * step[n];
        change[n] = now.gradient[n] - next.gradient[n];
      }
      if (dot(moved, change) > 1e-14) {
        memory.emplace_back(std::move(moved), std::move(change));
        if (memory.size() > kMemory) memory.pop_front();
      }
      const double gain = next.objective - now.objective;
      now = std::move(next);
      if (gain < kEnoughGain) break;
    }
    value_ = now.value;
    return lattice_;
  }

  double value() const { return value_; }

 private:
  Evaluation evaluate() {
    Evaluation out;
    moved_mm_.resize(places_.size());
    for (std::size_t s = 0; s < places_.size(); ++s) moved_mm_[s] = rigid_mm_[s] + lattice_.displacement(places_[s]);
    const Similarity sim = similarity_at(*problem_.samples, *problem_.image, moved_mm_, problem_.bins, slopes_);
    out.value = sim.value;
    out.overlap = sim.overlap;
    Field rough(lattice_.count(), Eigen::Vector3d::Zero());
    const double cost = lattice_.roughness(problem_.stiffness * kBending, problem_.stiffness * kStretching, rough);
    out.objective = sim.value / problem_.value_at_start - cost;
    out.gradient.assign(lattice_.count(), Eigen::Vector3d::Zero());
    for (const SampleSlope& slope : slopes_) lattice_.spread(places_[slope.index], slope.per_mm / problem_.value_at_start, out.gradient);
    for (std::size_t n = 0; n < rough.size(); ++n) out.gradient[n] -= rough[n];
    return out;
  }

  Problem problem_;
  BSplineLattice lattice_;
  std::vector<LatticePlace> places_;
  std::vector<Eigen::Vector3d> rigid_mm_, moved_mm_;
  std::vector<SampleSlope> slopes_;
  double value_ = 0.0;
};

/// One direction: the displacement of the points of `from`, and the similarity that it reaches.
struct Direction {
  Eigen::Isometry3d rigid = Eigen::Isometry3d::Identity();
  BSplineLattice lattice;
  double value_before = 0.0, value = 0.0;

  Eigen::Vector3d operator()(const Eigen::Vector3d& p) const { return rigid * p + lattice.displacement(lattice.place_of(p)); }
};

Direction climb(const PreparedImage& from, const PreparedImage& to, const Eigen::Isometry3d& to_from, const Eigen::Vector3d& center_mm,
                double radius_mm, double stiffness) {
  Direction out;
  out.rigid = to_from;
  const Eigen::Vector3d reach = Eigen::Vector3d::Constant(radius_mm);
  const SampleSet samples = ball_samples(from, center_mm, radius_mm, kMostGridSamples);
  const WorkImage soft = blurred(to.local);
  Problem problem{&samples, &soft, to_from, local_bins(from, to), 1.0, stiffness};
  problem.value_at_start = std::max(1e-3, similarity(samples, soft, to_from, center_mm, problem.bins, false).value);
  Climb coarse(problem, BSplineLattice::over(center_mm - reach, center_mm + reach, kCoarseLatticeMm));
  out.lattice = coarse.run(kMostSteps, 1.5);
  problem.image = &to.local;
  out.value_before = similarity(samples, to.local, to_from, center_mm, problem.bins, false).value;
  problem.value_at_start = std::max(1e-3, out.value_before);
  Climb fine(problem, out.lattice.refined());
  out.lattice = fine.run(kMostSteps, 0.5);
  out.value = fine.value();
  return out;
}

/// The point that a direction carries onto q.
Eigen::Vector3d inverse_of(const Direction& d, const Eigen::Vector3d& q) {
  Eigen::Vector3d p = d.rigid.inverse(Eigen::Isometry) * q;
  for (int step = 0; step < 40; ++step) {
    const Eigen::Vector3d next = d.rigid.inverse(Eigen::Isometry) * (q - d.lattice.displacement(d.lattice.place_of(p)));
    const double change = (next - p).norm();
    p = next;
    if (change < 1e-4) break;
  }
  return p;
}

std::vector<Eigen::Vector3d> points_of(const Ball& ball, double step_mm) {
  std::vector<Eigen::Vector3d> out;
  for (double z = -ball.radius_mm; z <= ball.radius_mm; z += step_mm)
    for (double y = -ball.radius_mm; y <= ball.radius_mm; y += step_mm)
      for (double x = -ball.radius_mm; x <= ball.radius_mm; x += step_mm)
        if (Eigen::Vector3d(x, y, z).norm() <= ball.radius_mm) out.push_back(ball.center_mm + Eigen::Vector3d(x, y, z));
  return out;
}

}  // namespace

DeformableResult deform(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target, double region_mm,
                        const Eigen::Isometry3d& moving_from_fixed) {
  DeformableResult out;
  out.grid.spacing_mm = Eigen::Vector3d::Constant(kGridMm);
  const int points = 2 * static_cast<int>(std::ceil(region_mm / kGridMm)) + 1;
  out.grid.size = {points, points, points};
  out.grid.origin_mm = target.center_mm - Eigen::Vector3d::Constant(kGridMm * (points - 1) / 2.0);
  for (out.stiffness = 1.0; out.stiffness < 100.0; out.stiffness *= 4.0) {
    std::array<Direction, 2> way;
    parallel_for(2, [&](std::size_t n) {
      way[n] = n == 0 ? climb(fixed, moving, moving_from_fixed, target.center_mm, region_mm, out.stiffness)
                      : climb(moving, fixed, moving_from_fixed.inverse(Eigen::Isometry), moving_from_fixed * target.center_mm, region_mm,
                              out.stiffness);
    });
    const Direction& forward = way[0];
    const Direction& backward = way[1];
    out.value_before = forward.value_before;
    out.value = forward.value;
    out.mm.resize(out.grid.count());
    parallel_for(static_cast<std::size_t>(points), [&](std::size_t slice) {
      const int k = static_cast<int>(slice);
      for (int j = 0; j < points; ++j)
        for (int i = 0; i < points; ++i) {
          const Eigen::Vector3d p = out.grid.mm_of(Eigen::Vector3d(i, j, k));
          const Eigen::Vector3d mean = 0.5 * (forward(p) + inverse_of(backward, p));
          out.mm[out.grid.offset(i, j, k)] = (mean - moving_from_fixed * p).cast<float>();
        }
    });
    const auto geometry = GridGeometry<PlanFrame>::make(out.grid.size, out.grid.spacing_mm, Point<PlanFrame>{out.grid.origin_mm},
                                                        Eigen::Matrix3d::Identity());
    auto field = DisplacementField<CtFrame, PlanFrame>::make(geometry.value(), out.mm);
    if (!field) {
      out.why_not = "a displacement is not finite";
      return out;
    }
    const Warp<CtFrame, PlanFrame> warp{{moving_from_fixed},
                                        std::make_shared<const DisplacementField<CtFrame, PlanFrame>>(std::move(field).value())};
    const JacobianRange jacobian = jacobian_range(warp);
    out.jacobian_min = jacobian.min;
    out.jacobian_max = jacobian.max;
    out.inverse_mm = out.target_shift_mm = 0.0;
    for (const auto& p : points_of(target, 5.0)) {
      out.inverse_mm = std::max(out.inverse_mm, (backward(forward(p)) - p).norm());
      out.target_shift_mm = std::max(out.target_shift_mm, warp.field->at({p}).norm());
    }
    std::vector<double> region;
    for (const auto& p : points_of({target.center_mm, 0.8 * region_mm}, 8.0)) region.push_back((backward(forward(p)) - p).norm());
    const auto high = region.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(region.size()));
    std::nth_element(region.begin(), high, region.end());
    out.inverse_region_mm = *high;
    if (out.jacobian_min > kLeastJacobian) break;
  }
  out.usable = out.jacobian_min > kLeastJacobian && out.inverse_mm <= kMostInverseMm;
  if (!(out.jacobian_min > kLeastJacobian))
    out.why_not = "the deformation folds";
  else if (!out.usable)
    out.why_not = "forward and backward deformation disagree at the target";
  return out;
}

}  // namespace seedaudit
