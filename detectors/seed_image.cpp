// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "detectors/seed_fit.h"
#include "detectors/seed_imager.h"

namespace seedaudit {

void add_seed_image(const SeedAppearance& look, const FitSite& site, const FittedSeed& seed, std::vector<float>& image) {
  SeedImager(look, site).add(seed, image);
}

void cast_shadows(const SeedAppearance& look, std::vector<FittedSeed>& seeds) {
  const auto& p = look.parameters();
  const double width = look.shadow_width_mm();
  const auto path = [&](const Eigen::Vector3d& ray, const Eigen::Vector3d& axis) {
    return std::min(p.core_length_mm, p.core_diameter_mm / std::max(1e-6, ray.cross(axis).norm()));
  };
  // A tenth of a slice: heights are known no better where slices are thick.
  const auto half_height = [&](const FittedSeed& s) {
    return 0.5 * (p.core_diameter_mm + p.core_length_mm * std::abs(s.axis[2])) + 0.1 * p.slice_mm;
  };
  for (auto& s : seeds) {
    s.shadow = 0.0;
    const Eigen::Vector3d ray = Eigen::Vector3d(s.axis[0], s.axis[1], 0.0).normalized();
    if (std::hypot(s.axis[0], s.axis[1]) < 1e-6) continue;
    const double own = path(ray, s.axis);
    for (const auto& o : seeds) {
      const Eigen::Vector3d d = o.center_mm - s.center_mm;
      const double along = d.dot(ray);
      if (std::abs(along) < 0.6 * p.core_length_mm) continue;
      const double beside = std::abs(d[0] * ray[1] - d[1] * ray[0]);
      const double h = half_height(s), g = half_height(o);
      const double level = std::clamp((h + g - std::abs(d[2])) / (2.0 * std::min(h, g)), 0.0, 1.0);
      s.shadow += std::max(0.0, 1.0 - beside / width) * level * path(ray, o.axis) / own;
    }
  }
}

double capsule_distance_mm(const FittedSeed& a, const FittedSeed& b, double length_mm, double diameter_mm) {
  // Closest points of two segments (Ericson, Real-Time Collision Detection, 5.1.9).
  const double h = 0.5 * std::max(0.0, length_mm - diameter_mm);
  const Eigen::Vector3d d1 = 2.0 * h * a.axis, d2 = 2.0 * h * b.axis;
  const Eigen::Vector3d r = (a.center_mm - h * a.axis) - (b.center_mm - h * b.axis);
  const double aa = d1.squaredNorm(), e = d2.squaredNorm(), f = d2.dot(r);
  double s = 0.0, t = 0.0;
  if (aa > 1e-12 && e > 1e-12) {
    const double c = d1.dot(r), bb = d1.dot(d2), denom = aa * e - bb * bb;
    s = denom > 1e-9 ? std::clamp((bb * f - c * e) / denom, 0.0, 1.0) : 0.5;
    t = (bb * s + f) / e;
    if (t < 0.0) {
      t = 0.0;
      s = std::clamp(-c / aa, 0.0, 1.0);
    } else if (t > 1.0) {
      t = 1.0;
      s = std::clamp((bb - c) / aa, 0.0, 1.0);
    }
  }
  return (r + d1 * s - d2 * t).norm();
}

}  // namespace seedaudit
