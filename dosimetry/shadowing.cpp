// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/shadowing.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace seedaudit {
namespace {

/// Whether the way from a to b comes nearer than the radius to the capsule's axis (a segment of half_mm to both sides of c).
bool passes(const Eigen::Vector3d& a, const Eigen::Vector3d& b, const Eigen::Vector3d& c, const Eigen::Vector3d& axis, double half_mm,
            double radius_mm) {
  // Nearest points of two segments, the one by its parameter in 0..1, the other in -half..half.
  const Eigen::Vector3d way = b - a, from = a - c;
  const double ww = way.squaredNorm(), wa = way.dot(axis), wf = way.dot(from), af = axis.dot(from);
  if (!(ww > 0.0)) return false;
  const double det = ww - wa * wa;
  double t = det > 1e-9 * ww ? std::clamp((wa * af - wf) / det, 0.0, 1.0) : 0.0;
  const double s = std::clamp(af + t * wa, -half_mm, half_mm);
  t = std::clamp((s * wa - wf) / ww, 0.0, 1.0);
  return (from + t * way - s * axis).squaredNorm() < radius_mm * radius_mm;
}

}  // namespace

double interseed_shadow_pct(const std::vector<Point<CtFrame>>& points, const std::vector<DoseSeed<CtFrame>>& seeds,
                            const SourceModel& source, const DoseOptions& dose) {
  if (points.empty()) return 0.0;
  const double half = 0.5 * source.capsule_length.value, radius = 0.5 * source.capsule_diameter.value;
  std::vector<double> shadowed(seeds.size(), 0.0), total(seeds.size(), 0.0);
  parallel_for(seeds.size(), [&](std::size_t n) {
    const std::vector<float> own = dose_at<CtFrame>(points, {seeds[n]}, source, dose);
    for (std::size_t i = 0; i < points.size(); ++i) {
      total[n] += static_cast<double>(own[i]);
      const bool dark = std::any_of(seeds.begin(), seeds.end(), [&](const DoseSeed<CtFrame>& other) {
        return &other != &seeds[n] && other.axis &&
               passes(seeds[n].center.mm, points[i].mm, other.center.mm, other.axis->unit, half, radius);
      });
      if (dark) shadowed[n] += static_cast<double>(own[i]);
    }
  });
  double dark = 0.0, all = 0.0;
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    dark += shadowed[n];
    all += total[n];
  }
  return all > 0.0 ? 100.0 * dark / all : 0.0;
}

}  // namespace seedaudit
