// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

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

// Levenberg and Marquardt over the poses and masses of the seeds that move, the others as they are.
class Refinement {
 public:
  Refinement(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const FitControl& control,
             std::vector<FittedSeed>& seeds)
      : look_(look), prior_(prior), site_(site), control_(control), seeds_(seeds), active_(control.active), fixed_(site.count(), 0.0F) {
    if (active_.empty()) {
      active_.resize(seeds.size());
      std::iota(active_.begin(), active_.end(), 0);
    }
    for (std::size_t s = 0; s < seeds.size(); ++s)
      if (std::find(active_.begin(), active_.end(), static_cast<int>(s)) == active_.end()) add_seed_image(look, site, seeds[s], fixed_);
    shown_ = render(seeds);
    cost_ = cost_of(shown_, seeds);
  }

  bool moves() const { return !active_.empty(); }
  const FitCost& cost() const { return cost_; }
  // Whether another step may gain as much as is asked for.
  bool step();
  // Of shifts (3), tilts (2) and ln(mass); the identity for seeds that do not move.
  std::vector<Matrix6> covariance();

 private:
  // What an explanation shows: each moving seed by itself, its kernel, and all of them with the others.
  struct Shown {
    std::vector<std::vector<float>> own;
    std::vector<SeedAppearance::Plane> planes;
    std::vector<float> image;
  };
  using Step = Eigen::Matrix<double, 6, 1>;
  static constexpr double kStep = 0.04;  // of derivatives: mm, radians
  static constexpr double kPriorStep = 0.02, kLeastDamping = 1e-5, kMostDamping = 1e6;
  static constexpr int kAttempts = 5;

  std::size_t at(std::size_t a) const { return static_cast<std::size_t>(active_[a]); }
  Shown render(const std::vector<FittedSeed>& all) const;
  FitCost cost_of(const Shown& shown, const std::vector<FittedSeed>& all) const {
    return {chi2_of(residual_of(site_, shown.image), control_.correlation), prior_cost(look_, prior_, all)};
  }
  void linearise();
  std::vector<float> change_of_image(std::size_t a, int parameter, const ShadePartners& partners, double& of_prior) const;
  void add_prior();
  std::vector<FittedSeed> stepped(double damping) const;

  const SeedAppearance& look_;
  const SeedPrior& prior_;
  const FitSite& site_;
  const FitControl& control_;
  std::vector<FittedSeed>& seeds_;
  std::vector<int> active_;
  std::vector<float> fixed_;  // the image of those that do not move
  Shown shown_;
  FitCost cost_;
  double damping_ = 1e-2;
  Eigen::MatrixXd hessian_;
  Eigen::VectorXd gradient_;
};

Refinement::Shown Refinement::render(const std::vector<FittedSeed>& all) const {
  Shown shown;
  shown.image = fixed_;
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const FittedSeed& s = all[at(a)];
    shown.planes.push_back(look_.plane_for(s.axis[2], s.shade));
    std::vector<float>& own = shown.own.emplace_back(site_.count(), 0.0F);
    add_seed_image(look_, shown.planes.back(), site_, s, own);
    for (std::size_t v = 0; v < own.size(); ++v) shown.image[v] += own[v];
  }
  return shown;
}

// By differences, a unit of the parameter; `of_prior`: what the prior changes through shades alone.
std::vector<float> Refinement::change_of_image(std::size_t a, int parameter, const ShadePartners& partners, double& of_prior) const {
  const FittedSeed& s = seeds_[at(a)];
  Step d = Step::Zero();
  d[parameter] = kStep;
  const FittedSeed shifted = moved(s, d);
  const auto inverse = static_cast<float>(1.0 / kStep);
  std::vector<float> change(site_.count(), 0.0F);
  SeedAppearance::Plane plane = shown_.planes[a];
  // A shift does not change the tilt.
  if (parameter > 2) look_.turn(plane, s.axis[2], shifted.axis[2], s.shade);
  if (!control_.shading || partners.of(a).empty()) {
    add_seed_image(look_, plane, site_, shifted, change);
    for (std::size_t v = 0; v < change.size(); ++v) change[v] = (change[v] - shown_.own[a][v]) * inverse;
    return change;
  }
  // A step of one of two that touch changes what both are shaded by, and that is often most of what it changes.
  std::vector<FittedSeed> reshaded = seeds_;
  reshaded[at(a)].shade = partners.own_shade(a, shifted);
  look_.reshade(plane, shifted.axis[2], s.shade, reshaded[at(a)].shade);
  add_seed_image(look_, plane, site_, shifted, change);
  for (std::size_t v = 0; v < change.size(); ++v) change[v] -= shown_.own[a][v];
  for (std::size_t k = 0; k < partners.of(a).size(); ++k) {
    const std::size_t b = partners.of(a)[k];
    FittedSeed& other = reshaded[at(b)];
    const Shade before = other.shade;
    other.shade = partners.shade_of_partner(a, k, shifted);
    SeedAppearance::Plane its = shown_.planes[b];
    look_.reshade(its, other.axis[2], before, other.shade);
    add_seed_image(look_, its, site_, other, change);
    for (std::size_t v = 0; v < change.size(); ++v) change[v] -= shown_.own[b][v];
  }
  for (float& c : change) c *= inverse;
  of_prior = (prior_cost(look_, prior_, reshaded) - cost_.prior) * inverse;
  return change;
}

void Refinement::linearise() {
  const std::size_t voxels = site_.count();
  const auto columns = static_cast<Eigen::Index>(6 * active_.size());
  Eigen::MatrixXf jacobian(static_cast<Eigen::Index>(voxels), columns);
  Eigen::VectorXf r(static_cast<Eigen::Index>(voxels));
  std::vector<float> weight(voxels);
  const Residual now = residual_of(site_, shown_.image);
  for (std::size_t v = 0; v < voxels; ++v) {
    const float value = now.value[v];
    const float a = std::abs(value);
    const float huber = a <= 4.0F ? 1.0F : std::sqrt(4.0F / a);
    const bool silent = value == 0.0F && site_.clip[v] != VoxelPatch::kNone;
    r[static_cast<Eigen::Index>(v)] = value * huber;
    weight[v] = silent ? 0.0F : huber / site_.sigma[v];
  }
  Eigen::VectorXd shade_prior = Eigen::VectorXd::Zero(columns);
  const std::vector<int> none;
  const ShadePartners partners(look_, seeds_, control_.shading ? active_ : none, *site_.beyond);
  for (std::size_t a = 0; a < active_.size(); ++a)
    for (int p = 0; p < 6; ++p) {
      const Eigen::Index at_column = static_cast<Eigen::Index>(6 * a) + p;
      // An image is proportional to its mass.
      std::vector<float> change = p < 5 ? change_of_image(a, p, partners, shade_prior[at_column]) : shown_.own[a];
      site_.take_background(change);
      auto column = jacobian.col(at_column);
      for (std::size_t v = 0; v < voxels; ++v) column[static_cast<Eigen::Index>(v)] = change[v] * weight[v];
    }
  hessian_ = (jacobian.transpose() * jacobian).cast<double>() / control_.correlation;
  gradient_ = (jacobian.transpose() * r).cast<double>() / control_.correlation;
  gradient_ -= 0.5 * shade_prior;
  add_prior();
}

// By differences: its terms are few.
void Refinement::add_prior() {
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const auto first = static_cast<Eigen::Index>(6 * a);
    const FittedSeed keep = seeds_[at(a)];
    for (int p = 0; p < 6; ++p) {
      Step d = Step::Zero();
      d[p] = kPriorStep;
      seeds_[at(a)] = moved(keep, d);
      const double up = prior_cost(look_, prior_, seeds_);
      seeds_[at(a)] = moved(keep, -d);
      const double down = prior_cost(look_, prior_, seeds_);
      seeds_[at(a)] = keep;
      gradient_[first + p] -= 0.5 * (up - down) / (2.0 * kPriorStep);
      hessian_(first + p, first + p) += std::max(0.0, 0.5 * (up - 2.0 * cost_.prior + down) / (kPriorStep * kPriorStep));
    }
    // The axis of a core seen end to end has no preferred direction: a weak prior of one radian keeps the normal equations regular.
    hessian_(first + 3, first + 3) += 1.0;
    hessian_(first + 4, first + 4) += 1.0;
    for (int p = 0; p < 3; ++p) hessian_(first + p, first + p) += 0.05;
  }
}

std::vector<FittedSeed> Refinement::stepped(double damping) const {
  Eigen::MatrixXd damped = hessian_;
  damped.diagonal() *= 1.0 + damping;
  Eigen::VectorXd delta = damped.ldlt().solve(gradient_);
  std::vector<FittedSeed> next = seeds_;
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const auto first = static_cast<Eigen::Index>(6 * a);
    auto shift = delta.segment<3>(first);
    if (shift.norm() > 1.0) shift *= 1.0 / shift.norm();
    auto tilt = delta.segment<2>(first + 3);
    if (tilt.norm() > 0.6) tilt *= 0.6 / tilt.norm();
    next[at(a)] = moved(seeds_[at(a)], delta.segment<6>(first));
  }
  // What the others lose by it is left for the next fit.
  for (const int s : active_) next[static_cast<std::size_t>(s)].shade = shade_by(look_, next, static_cast<std::size_t>(s), *site_.beyond);
  return next;
}

bool Refinement::step() {
  linearise();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<FittedSeed> next = stepped(damping_);
    Shown shown = render(next);
    const FitCost cost = cost_of(shown, next);
    if (cost.total() < cost_.total()) {
      const double gain = cost_.total() - cost.total();
      seeds_ = std::move(next);
      shown_ = std::move(shown);
      cost_ = cost;
      damping_ = std::max(kLeastDamping, damping_ * 0.3);
      return gain >= std::max(control_.least_gain, 1e-5 * cost_.total());
    }
    damping_ = std::min(kMostDamping, damping_ * 6.0);
  }
  return false;
}

std::vector<Matrix6> Refinement::covariance() {
  std::vector<Matrix6> out(seeds_.size(), Matrix6::Identity());
  if (!moves()) return out;
  linearise();
  const Eigen::MatrixXd inverse = hessian_.ldlt().solve(Eigen::MatrixXd::Identity(hessian_.rows(), hessian_.cols()));
  for (std::size_t a = 0; a < active_.size(); ++a) {
    const auto first = static_cast<Eigen::Index>(6 * a);
    out[at(a)] = inverse.block<6, 6>(first, first);
  }
  return out;
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
  cast_shadows(look, seeds, *site.beyond);
  Refinement refinement(look, prior, site, control, seeds);
  for (int turn = 0; turn < control.iterations && refinement.moves() && refinement.step(); ++turn) {
  }
  if (covariance) *covariance = refinement.covariance();
  return refinement.cost();
}

}  // namespace seedaudit
