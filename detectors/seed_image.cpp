// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "detectors/seed_fit.h"

namespace seedaudit {
namespace {

constexpr std::size_t kCorePoints = 6;  // 0.5 mm apart on a 3 mm core: below the blur of any clinical kernel

// Where the points of a seed lie along its axis, from its centre, and what each has of its mass: the core, then the two ends of the
// capsule.
template <std::size_t kPoints>
std::pair<std::array<double, kPoints>, std::array<double, kPoints>> points_of(const AppearanceParameters& p) {
  std::pair<std::array<double, kPoints>, std::array<double, kPoints>> out;
  const double ends = kPoints > kCorePoints ? p.end_share : 0.0;
  for (std::size_t n = 0; n < kCorePoints; ++n) {
    out.first[n] = p.core_length_mm * ((static_cast<double>(n) + 0.5) / kCorePoints - 0.5);
    out.second[n] = (1.0 - 2.0 * ends) / kCorePoints;
  }
  for (std::size_t n = kCorePoints; n < kPoints; ++n) {
    out.first[n] = n % 2 == 0 ? p.end_mm : -p.end_mm;
    out.second[n] = ends;
  }
  return out;
}

template <std::size_t kPoints>
void add_points(const SeedAppearance& look, const SeedAppearance::Plane& plane, const FitSite& site, const FittedSeed& seed,
                std::vector<float>& image) {
  const auto [place, share] = points_of<kPoints>(look.parameters());
  const double in_plane = std::hypot(seed.axis[0], seed.axis[1]);
  const std::size_t slices = site.slice_z_mm.size();
  std::array<float, kPoints> px, py;
  std::vector<float> weight(kPoints * slices);  // slices fastest
  std::size_t first = slices, last = 0;         // slices that show anything of it
  for (std::size_t p = 0; p < kPoints; ++p) {
    const double along = place[p];
    px[p] = static_cast<float>(along * seed.axis[0]);
    py[p] = static_cast<float>(along * seed.axis[1]);
    const double z = seed.center_mm[2] + along * seed.axis[2];
    for (std::size_t k = 0; k < slices; ++k) {
      const auto w = static_cast<float>(seed.mass * share[p] * look.slice_profile(site.slice_z_mm[k] - z));
      weight[p * slices + k] = w;
      if (w == 0.0F) continue;
      first = std::min(first, k);
      last = std::max(last, k);
    }
  }
  if (first > last) return;
  const auto ux = static_cast<float>(in_plane > 1e-9 ? seed.axis[0] / in_plane : 1.0);
  const auto uy = static_cast<float>(in_plane > 1e-9 ? seed.axis[1] / in_plane : 0.0);
  constexpr auto kReach = static_cast<float>(SeedAppearance::kReachMm - 0.02);
  const double farthest = kReach + *std::max_element(place.begin(), place.end()) * in_plane;
  const int second = plane.size() > SeedAppearance::kPlane ? SeedAppearance::kPlane : 0;
  for (const auto& column : site.columns) {
    const double cx = column.x_mm - seed.center_mm[0], cy = column.y_mm - seed.center_mm[1];
    if (cx * cx + cy * cy >= farthest * farthest) continue;
    std::size_t v = column.begin, end = column.end;
    while (v < end && site.slice[v] < first) ++v;
    while (end > v && site.slice[end - 1] > last) --end;
    if (v == end) continue;
    std::array<float, kPoints> value, radius, cosine;
    std::array<int, kPoints> half;
    for (std::size_t p = 0; p < kPoints; ++p) {
      const float dx = static_cast<float>(cx) - px[p], dy = static_cast<float>(cy) - py[p];
      const float r2 = dx * dx + dy * dy;
      const float u = dx * ux + dy * uy;
      half[p] = u * (dy * ux - dx * uy) < 0.0F ? second : 0;
      radius[p] = std::sqrt(r2);
      cosine[p] = std::min(1.0F, u * u / std::max(r2, 1e-12F)) * (SeedAppearance::kCosines - 1);
    }
    for (std::size_t p = 0; p < kPoints; ++p) {
      value[p] = 0.0F;
      if (radius[p] >= kReach) continue;
      const float rt = 10.0F * radius[p], ct = cosine[p];
      const int ri = static_cast<int>(rt);
      const int ci = std::min(static_cast<int>(ct), SeedAppearance::kCosines - 2);
      const float rf = rt - static_cast<float>(ri), cf = ct - static_cast<float>(ci);
      const float* q = &plane[static_cast<std::size_t>(half[p] + ci * SeedAppearance::kRadii + ri)];
      const float low = q[0] * (1.0F - rf) + q[1] * rf;
      const float high = q[SeedAppearance::kRadii] * (1.0F - rf) + q[SeedAppearance::kRadii + 1] * rf;
      value[p] = low * (1.0F - cf) + high * cf;
    }
    if (site.slice[end - 1] - site.slice[v] + std::size_t{1} == end - v) {
      // No slice is missing between: one after the other.
      const std::size_t from = site.slice[v], n = end - v;
      for (std::size_t k = 0; k < n; ++k) {
        float sum = 0.0F;
        for (std::size_t p = 0; p < kPoints; ++p) sum += value[p] * weight[p * slices + from + k];
        image[v + k] += sum;
      }
      continue;
    }
    for (; v < end; ++v) {
      float sum = 0.0F;
      for (std::size_t p = 0; p < kPoints; ++p) sum += value[p] * weight[p * slices + site.slice[v]];
      image[v] += sum;
    }
  }
}

}  // namespace

void add_seed_image(const SeedAppearance& look, const FitSite& site, const FittedSeed& seed, std::vector<float>& image) {
  add_seed_image(look, look.plane_for(seed.axis[2], seed.shade), site, seed, image);
}

void add_seed_image(const SeedAppearance& look, const SeedAppearance::Plane& plane, const FitSite& site, const FittedSeed& seed,
                    std::vector<float>& image) {
  if (look.parameters().end_share > 0.0)
    add_points<kCorePoints + 2>(look, plane, site, seed, image);
  else
    add_points<kCorePoints>(look, plane, site, seed, image);
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
