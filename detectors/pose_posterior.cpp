// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/pose_posterior.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace seedaudit {
namespace {

constexpr int kHeights = 21;
constexpr int kTilts = 13;
constexpr std::size_t slot(int tilt, int height) { return static_cast<std::size_t>(tilt) * kHeights + static_cast<std::size_t>(height); }

constexpr double kMostTilt = 0.9;
constexpr double kMostFlattened = 8.0;

// Best mass of a seed whose unit image is `unit`, on the residual `rest`, and the cost at it: Newton on a convex one-dimensional problem.
double profile_cost(const FitSite& site, const std::vector<float>& rest, const std::vector<float>& unit, double expected, double log_sigma,
                    double correlation, double& mass) {
  double cost = 0.0;
  for (int step = 0; step < 5; ++step) {
    double gradient = 0.0, curvature = 0.0;
    cost = 0.0;
    for (std::size_t v = 0; v < site.count(); ++v) {
      double r = rest[v] - mass * unit[v];
      if (site.clip[v] == VoxelPatch::kHigh) r = std::max(0.0, r);
      if (site.clip[v] == VoxelPatch::kLow) r = std::min(0.0, r);
      const double w = 1.0 / static_cast<double>(site.sigma[v]);
      const double a = std::abs(r * w);
      cost += a <= 4.0 ? a * a : 8.0 * a - 16.0;
      if (r == 0.0) continue;
      const double huber = a <= 4.0 ? 1.0 : 4.0 / a;
      gradient += huber * w * w * r * unit[v];
      curvature += huber * w * w * unit[v] * unit[v];
    }
    const double z = std::log(mass / expected) / log_sigma;
    cost = cost / correlation + z * z;
    if (step == 4) break;
    const double g = gradient / correlation - z / (log_sigma * mass);
    const double h = curvature / correlation + 1.0 / (log_sigma * log_sigma * mass * mass);
    mass = std::clamp(mass + g / h, 0.5 * mass, 2.0 * mass);
  }
  return cost;
}

}  // namespace

void average_poses(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, ResolvedGroup& resolved) {
  const SeedPrior& prior = calibration.prior;
  const double reach = 0.5 * look.parameters().slice_mm + 0.5 * look.parameters().core_length_mm;
  std::vector<FittedSeed> averaged = resolved.seeds;
  for (std::size_t n = 0; n < resolved.seeds.size(); ++n) {
    const FittedSeed& s = resolved.seeds[n];
    const double in_plane = std::hypot(s.axis[0], s.axis[1]);
    if (in_plane < 0.5) continue;  // seen end on, height and tilt are sharp
    const FitSite site = crop_site(group.site, {s.center_mm}, 5.0, 2.0 * reach + 3.0 * look.parameters().slice_blur_mm);
    std::vector<float> rest = site.hu;
    {
      std::vector<float> others(site.count(), 0.0F);
      for (std::size_t m = 0; m < resolved.seeds.size(); ++m)
        if (m != n) add_seed_image(look, site, resolved.seeds[m], others);
      for (std::size_t v = 0; v < site.count(); ++v) rest[v] -= others[v];
    }
    const double worse = relative_misfit(look, group.site, resolved.seeds, s) / calibration.typical_misfit;
    const double correlation = calibration.correlation * std::clamp(worse * worse, 1.0, kMostFlattened);
    std::array<double, slot(kTilts, 0)> cost;
    std::vector<float> unit(site.count());
    double best = 1e300;
    for (int t = 0; t < kTilts; ++t) {
      FittedSeed q = s;
      q.mass = 1.0;
      const double az = kMostTilt * (2.0 * t / (kTilts - 1) - 1.0);
      const double flat = std::sqrt(1.0 - az * az);
      q.axis = Eigen::Vector3d(s.axis[0] / in_plane * flat, s.axis[1] / in_plane * flat, az);
      const SeedAppearance::Plane plane = look.plane_for(az, s.shade);
      double mass = s.mass;
      for (int h = 0; h < kHeights; ++h) {
        q.center_mm[2] = s.center_mm[2] + reach * (2.0 * h / (kHeights - 1) - 1.0);
        std::fill(unit.begin(), unit.end(), 0.0F);
        add_seed_image(look, plane, site, q, unit);
        const double c =
            profile_cost(site, rest, unit, prior.axial_mass * look.relative_mass(az, s.shade), prior.mass_log_sigma, correlation, mass);
        mass = std::clamp(mass, 0.5 * s.mass, 2.0 * s.mass);
        cost[slot(t, h)] = c;
        best = std::min(best, c);
      }
    }
    double total = 0.0, z1 = 0.0, z2 = 0.0, t1 = 0.0, t2 = 0.0;
    for (int t = 0; t < kTilts; ++t)
      for (int h = 0; h < kHeights; ++h) {
        const double w = std::exp(-0.5 * (cost[slot(t, h)] - best));
        const double z = reach * (2.0 * h / (kHeights - 1) - 1.0);
        const double tilt = std::asin(kMostTilt * (2.0 * t / (kTilts - 1) - 1.0));
        total += w;
        z1 += w * z;
        z2 += w * z * z;
        t1 += w * tilt;
        t2 += w * tilt * tilt;
      }
    z1 /= total;
    t1 /= total;
    const double z_variance = std::max(0.0, z2 / total - z1 * z1);
    const double t_variance = std::max(0.0, t2 / total - t1 * t1);
    const double step = 2.0 * reach / (kHeights - 1);
    // Narrower than the grid: the fit knows better.
    auto& c = resolved.covariance[n];
    if (z_variance > step * step / 4.0) {
      averaged[n].center_mm[2] = s.center_mm[2] + z1;
      c(2, 2) = z_variance;
    } else {
      c(2, 2) = std::min(c(2, 2), step * step / 4.0);
    }
    const double tilt_step = 2.0 * kMostTilt / (kTilts - 1);
    if (t_variance > tilt_step * tilt_step / 4.0) {
      const double flat = std::cos(t1);
      averaged[n].axis = Eigen::Vector3d(s.axis[0] / in_plane * flat, s.axis[1] / in_plane * flat, std::sin(t1));
      // The two directions across a lying axis are azimuth and tilt.
      c(3, 3) = std::min(c(3, 3), c(4, 4));
      c(4, 4) = t_variance;
      c(3, 4) = c(4, 3) = 0.0;
    }
  }
  resolved.seeds = std::move(averaged);
}

}  // namespace seedaudit
