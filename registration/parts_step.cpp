// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/parts_step.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr std::size_t kMostPartSamples = 4000;
constexpr double kPartReachMm = 12.0;
constexpr double kStepMm = 3.0;
constexpr double kLeastPartOverlap = 0.5;

}  // namespace

PartsResult test_parts(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target,
                       const Eigen::Isometry3d& moving_from_fixed, const RegistrationOptions& options) {
  PartsResult out;
  const double radius = target.radius_mm + options.local_margin_mm;
  for (int axis = 0; axis < 3; ++axis)
    for (const double side : {-1.0, 1.0}) {
      PartFit p;
      p.center_mm = target.center_mm + 0.55 * side * radius * Eigen::Vector3d::Unit(axis);
      out.parts.push_back(p);
    }
  RefineOptions climb;
  climb.similarity = local_bins(fixed, moving);
  climb.first_step_mm = 1.0;
  climb.last_step_mm = 0.05;
  climb.lever_mm = 1e6;  // shifts only: a part this small does not tell a turn
  climb.least_overlap = kLeastPartOverlap;
  parallel_for(out.parts.size(), [&](std::size_t n) {
    PartFit& part = out.parts[n];
    const SampleSet samples = ball_samples(fixed, part.center_mm, 0.55 * radius, kMostPartSamples);
    part.samples = samples.mm.size();
    if (part.samples < 300) return;
    const auto at = [&](const Eigen::Vector3d& shift) {
      Eigen::Isometry3d t = moving_from_fixed;
      t.translation() += shift;
      return t;
    };
    part.here = similarity(samples, moving.local, moving_from_fixed, Eigen::Vector3d::Zero(), climb.similarity, false).value;
    double best = -1.0, sum = 0.0, squares = 0.0, count = 0.0;
    Eigen::Vector3d best_shift = Eigen::Vector3d::Zero();
    for (double z = -kPartReachMm; z <= kPartReachMm; z += kStepMm)
      for (double y = -kPartReachMm; y <= kPartReachMm; y += kStepMm)
        for (double x = -kPartReachMm; x <= kPartReachMm; x += kStepMm) {
          const Eigen::Vector3d shift(x, y, z);
          if (shift.norm() > kPartReachMm) continue;
          const Similarity s = similarity(samples, moving.local, at(shift), Eigen::Vector3d::Zero(), climb.similarity, false);
          if (s.overlap < kLeastPartOverlap) continue;
          sum += s.value;
          squares += s.value * s.value;
          count += 1.0;
          if (s.value > best) {
            best = s.value;
            best_shift = shift;
          }
        }
    if (count < 2.0) return;
    part.elsewhere_mean = sum / count;
    part.elsewhere_sd = std::sqrt(std::max(0.0, squares / count - part.elsewhere_mean * part.elsewhere_mean));
    const Refined r = refine(samples, moving.local, at(best_shift), part.center_mm, climb);
    part.best = r.value;
    part.shift_mm = r.moving_from_fixed * part.center_mm - moving_from_fixed * part.center_mm;
  });
  return out;
}

}  // namespace seedaudit
