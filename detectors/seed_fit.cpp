// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "detectors/seed_shade.h"
#include "detectors/shade_partners.h"

namespace seedaudit {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;

// Mean of |x| of a normal variable over its standard deviation.
constexpr double kMeanDeviation = 0.79788;

// Overlap that a fit may show for free: fitted poses are good to about this, mm.
constexpr double kOverlapSlackMm = 0.1;

FittedSeed moved(const FittedSeed& s, const Eigen::Matrix<double, 6, 1>& d) {
  FittedSeed out = s;
  out.center_mm += d.head<3>();
  const auto [u, v] = across(s.axis);
  out.axis = (s.axis + d[3] * u + d[4] * v).normalized();
  out.mass = s.mass * std::exp(std::clamp(d[5], -1.0, 1.0));
  return out;
}

double prior_cost(const SeedAppearance& look, const SeedPrior& prior, const std::vector<FittedSeed>& seeds) {
  double sum = 0.0;
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    const double expected = prior.axial_mass * look.relative_mass(seeds[n].axis[2], seeds[n].shade);
    const double z = std::log(std::max(1.0, seeds[n].mass) / expected) / prior.mass_log_sigma;
    sum += z * z;
    for (std::size_t m = n + 1; m < seeds.size(); ++m) {
      if ((seeds[n].center_mm - seeds[m].center_mm).squaredNorm() > prior.capsule_length_mm * prior.capsule_length_mm) continue;
      const double gap =
          capsule_distance_mm(seeds[n], seeds[m], prior.capsule_length_mm, prior.capsule_diameter_mm) - prior.capsule_diameter_mm;
      if (gap < 0.0) sum += gap * gap / (kOverlapSlackMm * kOverlapSlackMm);
    }
  }
  return sum;
}

/// Weighted residual beside the best background; a clipped voxel only says that the model must not be short of the clip value.
struct Residual {
  std::vector<float> value;
  double background_cost = 0.0;
};

Residual residual_of(const FitSite& site, const std::vector<float>& image) {
  Residual r;
  r.value.resize(site.count());
  for (std::size_t v = 0; v < site.count(); ++v) r.value[v] = site.hu[v] - image[v];
  r.background_cost = site.take_background(r.value);
  for (std::size_t v = 0; v < site.count(); ++v) {
    if (site.clip[v] == VoxelPatch::kHigh) r.value[v] = std::max(0.0F, r.value[v]);
    if (site.clip[v] == VoxelPatch::kLow) r.value[v] = std::min(0.0F, r.value[v]);
    r.value[v] /= site.sigma[v];
  }
  return r;
}

double chi2_of(const Residual& residual, double correlation) {
  double sum = residual.background_cost;
  for (const float value : residual.value) {
    const double r = value;
    // Huber beyond 4 sigma: streaks of neighbours outside the patch must not drag a seed.
    const double a = std::abs(r);
    sum += a <= 4.0 ? a * a : 8.0 * a - 16.0;
  }
  return sum / correlation;
}

}  // namespace

FitCost cost_of(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const std::vector<FittedSeed>& seeds,
                double correlation) {
  std::vector<float> image(site.count(), 0.0F);
  std::vector<FittedSeed> shadowed = seeds;
  cast_shadows(look, shadowed, *site.beyond);
  for (const auto& s : shadowed) add_seed_image(look, site, s, image);
  return {chi2_of(residual_of(site, image), correlation), prior_cost(look, prior, shadowed)};
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
  double wrong = 0.0, all = 0.0, noise = 0.0;
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
      if (site.clip[v] == VoxelPatch::kNone) noise += kMeanDeviation * site.noise_hu;
    }
  }
  // Noise is nobody's fault: what it alone would leave goes, in squares, as independent parts add. What hardly outshines it has no shape.
  if (!(all > 1.5 * noise)) return 1.0;
  return std::sqrt(std::max(0.0, wrong * wrong - noise * noise) / (all * all - noise * noise));
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
  cast_shadows(look, seeds, *site.beyond);
  std::vector<std::vector<float>> own(n, std::vector<float>(voxels));
  std::vector<float> fixed(voxels, 0.0F);
  for (std::size_t s = 0; s < seeds.size(); ++s)
    if (std::find(active.begin(), active.end(), static_cast<int>(s)) == active.end()) add_seed_image(look, site, seeds[s], fixed);

  std::vector<SeedAppearance::Plane> planes(n);  // of the seeds where they are
  const auto render = [&](const std::vector<FittedSeed>& all, std::vector<std::vector<float>>& parts,
                          std::vector<SeedAppearance::Plane>& their) {
    std::vector<float> image = fixed;
    for (std::size_t a = 0; a < n; ++a) {
      std::fill(parts[a].begin(), parts[a].end(), 0.0F);
      const FittedSeed& s = all[static_cast<std::size_t>(active[a])];
      their[a] = look.plane_for(s.axis[2], s.shade);
      add_seed_image(look, their[a], site, s, parts[a]);
      for (std::size_t v = 0; v < voxels; ++v) image[v] += parts[a][v];
    }
    return image;
  };

  std::vector<float> image = render(seeds, own, planes);
  FitCost cost{chi2_of(residual_of(site, image), control.correlation), prior_cost(look, prior, seeds)};
  Eigen::MatrixXf jacobian(static_cast<Eigen::Index>(voxels), columns);
  Eigen::VectorXf r(static_cast<Eigen::Index>(voxels));
  Eigen::MatrixXd hessian(columns, columns);
  Eigen::VectorXd gradient(columns);
  const std::array<double, 6> step{0.04, 0.04, 0.04, 0.04, 0.04, 0.02};
  double lambda = 1e-2;

  const auto linearise = [&] {
    std::vector<float> trial(voxels);
    std::vector<float> weight(voxels);
    const Residual now = residual_of(site, image);
    for (std::size_t v = 0; v < voxels; ++v) {
      const float value = now.value[v];
      const float a = std::abs(value);
      const float huber = a <= 4.0F ? 1.0F : std::sqrt(4.0F / a);
      const bool silent = value == 0.0F && site.clip[v] != VoxelPatch::kNone;
      r[static_cast<Eigen::Index>(v)] = value * huber;
      weight[v] = silent ? 0.0F : huber / site.sigma[v];
    }
    const double p0 = prior_cost(look, prior, seeds);
    Eigen::VectorXd shade_prior = Eigen::VectorXd::Zero(columns);
    const std::vector<int> none;
    const ShadePartners partners(look, seeds, control.shading ? active : none, *site.beyond);
    for (std::size_t a = 0; a < n; ++a) {
      const FittedSeed& s = seeds[static_cast<std::size_t>(active[a])];
      SeedAppearance::Plane plane = planes[a];
      for (int p = 0; p < 5; ++p) {
        Eigen::Matrix<double, 6, 1> d = Eigen::Matrix<double, 6, 1>::Zero();
        d[p] = step[static_cast<std::size_t>(p)];
        const FittedSeed shifted = moved(s, d);
        // A shift does not change the tilt.
        if (p > 2) {
          plane = planes[a];
          look.turn(plane, s.axis[2], shifted.axis[2], s.shade);
        }
        std::fill(trial.begin(), trial.end(), 0.0F);
        auto column = jacobian.col(static_cast<Eigen::Index>(6 * a) + p);
        const auto inverse = static_cast<float>(1.0 / step[static_cast<std::size_t>(p)]);
        if (!control.shading || partners.of(a).empty()) {
          add_seed_image(look, plane, site, shifted, trial);
          for (std::size_t v = 0; v < voxels; ++v) trial[v] = (trial[v] - own[a][v]) * inverse;
        } else {
          // A step of one of two that touch changes what both are shaded by, and that is often most of what it changes.
          std::vector<FittedSeed> reshaded = seeds;
          FittedSeed& itself = reshaded[static_cast<std::size_t>(active[a])];
          itself.shade = partners.own_shade(a, shifted);
          if (p <= 2) plane = planes[a];
          look.reshade(plane, shifted.axis[2], s.shade, itself.shade);
          add_seed_image(look, plane, site, shifted, trial);
          for (std::size_t v = 0; v < voxels; ++v) trial[v] -= own[a][v];
          for (std::size_t k = 0; k < partners.of(a).size(); ++k) {
            const std::size_t b = partners.of(a)[k];
            FittedSeed& other = reshaded[static_cast<std::size_t>(active[b])];
            const Shade before = other.shade;
            other.shade = partners.shade_of_partner(a, k, shifted);
            SeedAppearance::Plane its = planes[b];
            look.reshade(its, other.axis[2], before, other.shade);
            add_seed_image(look, its, site, other, trial);
            for (std::size_t v = 0; v < voxels; ++v) trial[v] -= own[b][v];
          }
          for (std::size_t v = 0; v < voxels; ++v) trial[v] *= inverse;
          shade_prior(static_cast<Eigen::Index>(6 * a) + p) = (prior_cost(look, prior, reshaded) - p0) * inverse;
        }
        site.take_background(trial);
        for (std::size_t v = 0; v < voxels; ++v) column[static_cast<Eigen::Index>(v)] = trial[v] * weight[v];
      }
      auto column = jacobian.col(static_cast<Eigen::Index>(6 * a) + 5);
      trial = own[a];
      site.take_background(trial);
      for (std::size_t v = 0; v < voxels; ++v) column[static_cast<Eigen::Index>(v)] = trial[v] * weight[v];
    }
    hessian = (jacobian.transpose() * jacobian).cast<double>() / control.correlation;
    gradient = (jacobian.transpose() * r).cast<double>() / control.correlation;
    // Prior terms by differences: they are few.
    gradient -= 0.5 * shade_prior;
    for (std::size_t a = 0; a < n; ++a) {
      const auto at = static_cast<Eigen::Index>(6 * a);
      const auto s = static_cast<std::size_t>(active[a]);
      const FittedSeed keep = seeds[s];
      for (int p = 0; p < 6; ++p) {
        Eigen::Matrix<double, 6, 1> d = Eigen::Matrix<double, 6, 1>::Zero();
        const double h = 0.02;
        d[p] = h;
        seeds[s] = moved(keep, d);
        const double up = prior_cost(look, prior, seeds);
        d[p] = -h;
        seeds[s] = moved(keep, d);
        const double down = prior_cost(look, prior, seeds);
        seeds[s] = keep;
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
      // What the others lose by it is left for the next fit.
      for (const int s : active) next[static_cast<std::size_t>(s)].shade = shade_by(look, next, static_cast<std::size_t>(s), *site.beyond);
      std::vector<std::vector<float>> parts(n, std::vector<float>(voxels));
      std::vector<SeedAppearance::Plane> turned(n);
      std::vector<float> candidate = render(next, parts, turned);
      const FitCost c{chi2_of(residual_of(site, candidate), control.correlation), prior_cost(look, prior, next)};
      if (c.total() < cost.total()) {
        gain = cost.total() - c.total();
        seeds = std::move(next);
        image = std::move(candidate);
        own = std::move(parts);
        planes = std::move(turned);
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
