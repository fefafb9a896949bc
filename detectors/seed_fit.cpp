// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "detectors/normal_equations.h"
#include "detectors/seed_imager.h"
#include "detectors/simd_clones.h"

namespace seedaudit {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;

// Overlap that a fit may show for free: fitted poses are good to about this, mm.
constexpr double kOverlapSlackMm = 0.1;

// Two directions across the axis, chosen without a seam near the axis.
void across(const Eigen::Vector3d& axis, Eigen::Vector3d& u, Eigen::Vector3d& v) {
  const Eigen::Vector3d helper = std::abs(axis[2]) < 0.8 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
  u = axis.cross(helper).normalized();
  v = axis.cross(u).normalized();
}

FittedSeed moved(const FittedSeed& s, const Eigen::Matrix<double, 6, 1>& d) {
  FittedSeed out = s;
  out.center_mm += d.head<3>();
  Eigen::Vector3d u, v;
  across(s.axis, u, v);
  out.axis = (s.axis + d[3] * u + d[4] * v).normalized();
  out.mass = s.mass * std::exp(std::clamp(d[5], -1.0, 1.0));
  return out;
}

// What its mass costs a seed.
double mass_cost(const SeedAppearance& look, const SeedPrior& prior, const FittedSeed& s) {
  const double expected = prior.axial_mass * look.relative_mass(s.axis[2], s.shadow);
  const double z = std::log(std::max(1.0, s.mass) / expected) / prior.mass_log_sigma;
  return z * z;
}

// What it costs two seeds to share space.
double overlap_cost(const SeedPrior& prior, const FittedSeed& a, const FittedSeed& b) {
  if ((a.center_mm - b.center_mm).squaredNorm() > prior.capsule_length_mm * prior.capsule_length_mm) return 0.0;
  const double gap = capsule_distance_mm(a, b, prior.capsule_length_mm, prior.capsule_diameter_mm) - prior.capsule_diameter_mm;
  return gap < 0.0 ? gap * gap / (kOverlapSlackMm * kOverlapSlackMm) : 0.0;
}

double prior_cost(const SeedAppearance& look, const SeedPrior& prior, const std::vector<FittedSeed>& seeds) {
  double sum = 0.0;
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    sum += mass_cost(look, prior, seeds[n]);
    for (std::size_t m = n + 1; m < seeds.size(); ++m) sum += overlap_cost(prior, seeds[n], seeds[m]);
  }
  return sum;
}

// The terms of the prior that change with seed n, were it `as`.
double prior_cost_of(const SeedAppearance& look, const SeedPrior& prior, const std::vector<FittedSeed>& seeds, std::size_t n,
                     const FittedSeed& as) {
  double sum = mass_cost(look, prior, as);
  for (std::size_t m = 0; m < seeds.size(); ++m)
    if (m != n) sum += overlap_cost(prior, as, seeds[m]);
  return sum;
}

/// Weighted residual beside the best background; a clipped voxel only says that the model must not be short of the clip value.
struct Residual {
  std::vector<float> value;
  double background_cost = 0.0;
};

SEEDAUDIT_SIMD_CLONES void difference(const float* __restrict a, const float* __restrict b, std::size_t count, float* __restrict out) {
  for (std::size_t v = 0; v < count; ++v) out[v] = a[v] - b[v];
}

SEEDAUDIT_SIMD_CLONES void divide(const float* __restrict by, std::size_t count, float* __restrict out) {
  for (std::size_t v = 0; v < count; ++v) out[v] /= by[v];
}

void residual_of(const FitSite& site, const std::vector<float>& image, Residual& r) {
  r.value.resize(site.count());
  difference(site.hu.data(), image.data(), site.count(), r.value.data());
  r.background_cost = site.take_background(r.value);
  for (std::size_t v = 0; v < site.count(); ++v) {
    if (site.clip[v] == VoxelPatch::kNone) continue;
    r.value[v] = site.clip[v] == VoxelPatch::kHigh ? std::max(0.0F, r.value[v]) : std::min(0.0F, r.value[v]);
  }
  divide(site.sigma.data(), site.count(), r.value.data());
}

// Sum of squares, beyond 4 sigma of Huber's: streaks of neighbours outside the patch must not drag a seed.
SEEDAUDIT_SIMD_CLONES double sum_of_costs(const float* value, std::size_t count) {
  std::array<double, kLanes> sum{};
  std::size_t v = 0;
  for (; v + kLanes <= count; v += kLanes)
    for (std::size_t n = 0; n < kLanes; ++n) {
      const double a = std::abs(static_cast<double>(value[v + n]));
      const double far = 8.0 * a - 16.0, near = a * a;
      sum[n] += a <= 4.0 ? near : far;
    }
  for (; v < count; ++v) {
    const double a = std::abs(static_cast<double>(value[v]));
    sum[0] += a <= 4.0 ? a * a : 8.0 * a - 16.0;
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

double chi2_of(const Residual& residual, double correlation) {
  return (residual.background_cost + sum_of_costs(residual.value.data(), residual.value.size())) / correlation;
}

SEEDAUDIT_SIMD_CLONES void add_to(const float* __restrict from, std::size_t count, float* __restrict to) {
  for (std::size_t v = 0; v < count; ++v) to[v] += from[v];
}

SEEDAUDIT_SIMD_CLONES void slope(const float* __restrict now, float inverse, std::size_t count, float* __restrict out) {
  for (std::size_t v = 0; v < count; ++v) out[v] = (out[v] - now[v]) * inverse;
}

SEEDAUDIT_SIMD_CLONES void product(const float* __restrict a, const float* __restrict b, std::size_t count, float* __restrict out) {
  for (std::size_t v = 0; v < count; ++v) out[v] = a[v] * b[v];
}

// The seeds that move in a fit, as drawn.
struct Drawn {
  std::vector<SeedImager::InPlane> in_plane;
  std::vector<std::vector<float>> own;  ///< image of each
  std::vector<float> image;             ///< of all seeds, those that stay too
  Residual residual;
};

}  // namespace

FitCost cost_of(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const std::vector<FittedSeed>& seeds,
                double correlation) {
  std::vector<float> image(site.count(), 0.0F);
  std::vector<FittedSeed> shadowed = seeds;
  cast_shadows(look, shadowed);
  SeedImager imager(look, site);
  for (const auto& s : shadowed) imager.add(s, image);
  Residual residual;
  residual_of(site, image, residual);
  return {chi2_of(residual, correlation), prior_cost(look, prior, shadowed)};
}

double relative_misfit(const SeedAppearance& look, const FitSite& whole, const std::vector<FittedSeed>& seeds, const FittedSeed& at) {
  const double half = 0.5 * look.parameters().core_length_mm;
  const double reach_z = half * std::abs(at.axis[2]) + 0.5 * look.parameters().slice_mm + 0.5;
  constexpr double kWidthMm = 2.0;
  const FitSite site = crop_site(whole, {at.center_mm}, half + kWidthMm, reach_z);
  std::vector<float> image(site.count(), 0.0F);
  for (const auto& s : seeds) add_seed_image(look, site, s, image);
  for (std::size_t v = 0; v < site.count(); ++v) image[v] = site.hu[v] - image[v];
  site.take_background(image);
  double wrong = 0.0, all = 0.0;
  for (const auto& c : site.columns) {
    const Eigen::Vector3d d(c.x_mm - at.center_mm[0], c.y_mm - at.center_mm[1], 0.0);
    const double t = std::clamp(d.dot(at.axis), -half, half);
    if ((d - t * Eigen::Vector3d(at.axis[0], at.axis[1], 0.0)).norm() > kWidthMm) continue;
    for (std::size_t v = c.begin; v < c.end; ++v) {
      double r = image[v];
      if (site.clip[v] == VoxelPatch::kHigh) r = std::max(0.0, r);
      if (site.clip[v] == VoxelPatch::kLow) r = std::min(0.0, r);
      wrong += std::abs(r);
      all += std::abs(static_cast<double>(site.hu[v]));
    }
  }
  return all > 0.0 ? wrong / all : 1.0;
}

FitCost refine_seeds(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const FitControl& control,
                     std::vector<FittedSeed>& seeds, std::vector<Matrix6>* covariance) {
  std::vector<int> active = control.active;
  if (active.empty()) {
    active.resize(seeds.size());
    std::iota(active.begin(), active.end(), 0);
  }
  const auto n = active.size();
  const auto columns = static_cast<Eigen::Index>(6 * n);
  const std::size_t voxels = site.count();
  cast_shadows(look, seeds);
  SeedImager imager(look, site);
  std::vector<float> fixed(voxels, 0.0F);
  for (std::size_t s = 0; s < seeds.size(); ++s)
    if (std::find(active.begin(), active.end(), static_cast<int>(s)) == active.end()) imager.add(seeds[s], fixed);

  const auto render = [&](const std::vector<FittedSeed>& all, Drawn& out) {
    out.in_plane.resize(n);
    out.own.resize(n);
    out.image = fixed;
    for (std::size_t a = 0; a < n; ++a) {
      const FittedSeed& s = all[static_cast<std::size_t>(active[a])];
      out.own[a].assign(voxels, 0.0F);
      imager.draw_in_plane(s, out.in_plane[a]);
      imager.add(s, out.in_plane[a], out.own[a]);
      add_to(out.own[a].data(), voxels, out.image.data());
    }
    residual_of(site, out.image, out.residual);
  };

  Drawn now, next_drawn;
  render(seeds, now);
  FitCost cost{chi2_of(now.residual, control.correlation), prior_cost(look, prior, seeds)};
  NormalEquations normal(voxels, 6 * n);
  Eigen::MatrixXd hessian(columns, columns);
  Eigen::VectorXd gradient(columns);
  const std::array<double, 6> step{0.04, 0.04, 0.04, 0.04, 0.04, 0.02};
  double lambda = 1e-2;
  std::vector<float> trial(voxels), weight(voxels);

  const auto linearise = [&] {
    float* r = normal.residual();
    for (std::size_t v = 0; v < voxels; ++v) {
      const float value = now.residual.value[v];
      const float a = std::abs(value);
      const float huber = a <= 4.0F ? 1.0F : std::sqrt(4.0F / a);
      const bool silent = value == 0.0F && site.clip[v] != VoxelPatch::kNone;
      r[v] = value * huber;
      weight[v] = silent ? 0.0F : huber / site.sigma[v];
    }
    for (std::size_t a = 0; a < n; ++a) {
      const FittedSeed& s = seeds[static_cast<std::size_t>(active[a])];
      for (std::size_t p = 0; p < 6; ++p) {
        if (p < 5) {
          Eigen::Matrix<double, 6, 1> d = Eigen::Matrix<double, 6, 1>::Zero();
          d[static_cast<Eigen::Index>(p)] = step[p];
          std::fill(trial.begin(), trial.end(), 0.0F);
          if (p == 2)  // upwards: in the plane nothing changes
            imager.add(moved(s, d), now.in_plane[a], trial);
          else
            imager.add(moved(s, d), trial);
          slope(now.own[a].data(), static_cast<float>(1.0 / step[p]), voxels, trial.data());
        } else {
          trial = now.own[a];
        }
        site.take_background(trial);
        product(trial.data(), weight.data(), voxels, normal.column(6 * a + p));
      }
    }
    normal.products(hessian, gradient);
    hessian /= control.correlation;
    gradient /= control.correlation;
    // Prior terms by differences: they are few.
    for (std::size_t a = 0; a < n; ++a) {
      const auto at = static_cast<Eigen::Index>(6 * a);
      const auto s = static_cast<std::size_t>(active[a]);
      const auto prior_if = [&](const FittedSeed& as) { return prior_cost_of(look, prior, seeds, s, as); };
      const double p0 = prior_if(seeds[s]);
      for (int p = 0; p < 6; ++p) {
        Eigen::Matrix<double, 6, 1> d = Eigen::Matrix<double, 6, 1>::Zero();
        const double h = 0.02;
        d[p] = h;
        const double up = prior_if(moved(seeds[s], d));
        d[p] = -h;
        const double down = prior_if(moved(seeds[s], d));
        gradient[at + p] -= 0.5 * (up - down) / (2.0 * h);
        hessian(at + p, at + p) += std::max(0.0, 0.5 * (up - 2.0 * p0 + down) / (h * h));
      }
      // The axis of a core seen end to end has no preferred direction: a weak prior of one radian keeps the normal equations regular.
      hessian(at + 3, at + 3) += 1.0;
      hessian(at + 4, at + 4) += 1.0;
      for (int p = 0; p < 3; ++p) hessian(at + p, at + p) += 0.05;
    }
  };

  for (int it = 0; it < control.iterations && n > 0; ++it) {
    linearise();
    bool improved = false;
    double gain = 0.0;
    for (int attempt = 0; attempt < 5; ++attempt) {
      Eigen::MatrixXd damped = hessian;
      damped.diagonal() *= 1.0 + lambda;
      Eigen::VectorXd delta = damped.ldlt().solve(gradient);
      for (std::size_t a = 0; a < n; ++a) {
        auto c = delta.segment<3>(static_cast<Eigen::Index>(6 * a));
        if (c.norm() > 1.0) c *= 1.0 / c.norm();
        auto t = delta.segment<2>(static_cast<Eigen::Index>(6 * a) + 3);
        if (t.norm() > 0.6) t *= 0.6 / t.norm();
      }
      std::vector<FittedSeed> next = seeds;
      for (std::size_t a = 0; a < n; ++a) {
        const auto s = static_cast<std::size_t>(active[a]);
        next[s] = moved(seeds[s], delta.segment<6>(static_cast<Eigen::Index>(6 * a)));
      }
      cast_shadows(look, next);
      render(next, next_drawn);
      const FitCost c{chi2_of(next_drawn.residual, control.correlation), prior_cost(look, prior, next)};
      if (c.total() < cost.total()) {
        gain = cost.total() - c.total();
        seeds = std::move(next);
        std::swap(now, next_drawn);
        cost = c;
        lambda = std::max(1e-5, lambda * 0.3);
        improved = true;
        break;
      }
      lambda = std::min(1e6, lambda * 6.0);
    }
    if (!improved || gain < std::max(control.least_gain, 1e-5 * cost.total())) break;
  }
  if (covariance) {
    covariance->assign(seeds.size(), Matrix6::Identity());
    if (n > 0) {
      linearise();
      const Eigen::MatrixXd inverse = hessian.ldlt().solve(Eigen::MatrixXd::Identity(columns, columns));
      for (std::size_t a = 0; a < n; ++a)
        (*covariance)[static_cast<std::size_t>(active[a])] =
            inverse.block<6, 6>(static_cast<Eigen::Index>(6 * a), static_cast<Eigen::Index>(6 * a));
    }
  }
  return cost;
}

}  // namespace seedaudit
