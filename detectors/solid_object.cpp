// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/solid_object.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace seedaudit {
namespace {

constexpr std::array<double, 6> kLengthsMm{1.0, 2.0, 3.5, 5.0, 6.5, 9.0};
constexpr std::array<double, 5> kDiametersMm{0.5, 1.2, 2.0, 3.0, 4.5};
// Rods no thicker differ from a seed by less than the blur is known to.
constexpr double kSeedLikeMm = 1.2;
constexpr double kSolidReachMm = 5.0;
// Surfaces nearer than this belong to one knot.
constexpr double kKnotGapMm = 0.8;
constexpr int kIterations = 8;
// What an object must save to be worth its numbers: six for a seed, eight for a rod that may be of any size.
constexpr double kSeedPenalty = 20.0, kRodPenalty = 30.0;

FitSite without_others(const SeedAppearance& look, FitSite site, const std::vector<FittedSeed>& seeds,
                       const std::vector<std::size_t>& knot) {
  std::vector<float> image(site.count(), 0.0F);
  for (std::size_t n = 0; n < seeds.size(); ++n)
    if (std::find(knot.begin(), knot.end(), n) == knot.end()) add_seed_image(look, site, seeds[n], image);
  for (std::size_t v = 0; v < site.count(); ++v) site.hu[v] -= image[v];
  return site;
}

// A rod of unknown density may have any mass.
SeedPrior of_any_mass(SeedPrior prior, double mass) {
  prior.axial_mass = mass;
  prior.mass_log_sigma = 2.0;
  return prior;
}

}  // namespace

std::vector<std::vector<std::size_t>> knots_of(const std::vector<FittedSeed>& seeds, const SeedPrior& prior) {
  std::vector<std::size_t> root(seeds.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  for (std::size_t a = 0; a < seeds.size(); ++a)
    for (std::size_t b = a + 1; b < seeds.size(); ++b) {
      const double gap =
          capsule_distance_mm(seeds[a], seeds[b], prior.capsule_length_mm, prior.capsule_diameter_mm) - prior.capsule_diameter_mm;
      if (gap > kKnotGapMm || root[a] == root[b]) continue;
      const auto low = std::min(root[a], root[b]), high = std::max(root[a], root[b]);
      for (auto& r : root)
        if (r == high) r = low;
    }
  std::vector<std::vector<std::size_t>> knots;
  for (std::size_t a = 0; a < seeds.size(); ++a) {
    std::vector<std::size_t> knot;
    for (std::size_t b = 0; b < seeds.size(); ++b)
      if (root[b] == a) knot.push_back(b);
    if (knot.size() > 1) knots.push_back(std::move(knot));
  }
  return knots;
}

SolidObjects::SolidObjects(const ScanCalibration& calibration) {
  for (double length : kLengthsMm)
    for (double diameter : kDiametersMm) {
      AppearanceParameters p = calibration.look;
      p.core_length_mm = length;
      // A disc of diameter D spreads like a Gaussian of D / 4.
      p.blur_mm = std::hypot(p.blur_mm, 0.25 * diameter);
      p.slice_blur_mm = std::hypot(p.slice_blur_mm, 0.25 * diameter);
      looks_.emplace_back(p);
    }
}

SolidObjects::Rod SolidObjects::fitted(const FitSite& site, const SeedPrior& prior, std::size_t length, std::size_t diameter,
                                       const FittedSeed& start, double correlation) const {
  const SeedAppearance& look = looks_[length * kDiametersMm.size() + diameter];
  FitControl c;
  c.iterations = kIterations;
  c.correlation = correlation;
  std::vector<FittedSeed> one{start};
  const FitCost cost = refine_seeds(look, prior, site, c, one);
  return {kLengthsMm[length], kDiametersMm[diameter], one.front(), cost};
}

SolidObjects::Rod SolidObjects::best_rod(const FitSite& site, const SeedPrior& prior, Size from, const FittedSeed& start,
                                         double correlation) const {
  Rod best = fitted(site, prior, from.length, from.diameter, start, correlation);
  for (bool better = true; better;) {
    better = false;
    for (const auto& [dl, dd] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
      const int l = static_cast<int>(from.length) + dl, d = static_cast<int>(from.diameter) + dd;
      if (l < 0 || d < 0 || l >= static_cast<int>(kLengthsMm.size()) || d >= static_cast<int>(kDiametersMm.size())) continue;
      Rod rod = fitted(site, prior, static_cast<std::size_t>(l), static_cast<std::size_t>(d), best.fit, correlation);
      if (rod.cost.chi2 >= best.cost.chi2) continue;
      best = std::move(rod);
      from = {static_cast<std::size_t>(l), static_cast<std::size_t>(d)};
      better = true;
    }
  }
  return best;
}

double SolidObjects::advantage(const ScanCalibration& calibration, const SeedAppearance& look, const SeedGroup& group,
                               const ResolvedGroup& r, const std::vector<std::size_t>& knot) const {
  std::vector<Eigen::Vector3d> centers;
  std::vector<FittedSeed> seeds;
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  double mass = 0.0;
  for (auto n : knot) {
    seeds.push_back(r.seeds[n]);
    centers.push_back(r.seeds[n].center_mm);
    middle += r.seeds[n].mass * r.seeds[n].center_mm;
    mass += r.seeds[n].mass;
  }
  middle /= mass;
  // Principal direction of the knot, the seeds' own lengths included.
  Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
  for (const auto& s : seeds) {
    const Eigen::Vector3d d = s.center_mm - middle;
    spread += d * d.transpose() + look.parameters().core_length_mm * look.parameters().core_length_mm / 12.0 * s.axis * s.axis.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(spread);
  const Eigen::Vector3d axis = solver.eigenvectors().col(2);
  const FitSite site =
      without_others(look, crop_site(group.site, centers, kSolidReachMm, look.reach_z_mm(Eigen::Vector3d::UnitZ())), r.seeds, knot);
  const FitCost by_seeds = cost_of(look, calibration.prior, site, seeds, calibration.correlation);
  const Rod best = best_rod(site, of_any_mass(calibration.prior, mass), {3, 2}, {middle, axis, mass}, calibration.correlation);
  return by_seeds.total() + kSeedPenalty * static_cast<double>(knot.size()) - best.cost.chi2 - kRodPenalty;
}

double SolidObjects::advantage_over_one(const ScanCalibration& calibration, const SeedAppearance& look, const SeedGroup& group,
                                        const ResolvedGroup& r, std::size_t n) const {
  const FittedSeed& seed = r.seeds[n];
  const FitSite site =
      without_others(look, crop_site(group.site, {seed.center_mm}, kSolidReachMm, look.reach_z_mm(Eigen::Vector3d::UnitZ())), r.seeds, {n});
  const double core = look.parameters().core_length_mm;
  const auto nearest =
      std::min_element(kLengthsMm.begin(), kLengthsMm.end(), [&](double a, double b) { return std::abs(a - core) < std::abs(b - core); });
  const Size like_a_seed{static_cast<std::size_t>(nearest - kLengthsMm.begin()), 1};
  const Rod best = best_rod(site, of_any_mass(calibration.prior, seed.mass), like_a_seed, seed, calibration.correlation);
  if (best.length_mm == *nearest && best.diameter_mm <= kSeedLikeMm) return 0.0;
  const FitCost by_seed = cost_of(look, calibration.prior, site, {seed}, calibration.correlation);
  return by_seed.total() + kSeedPenalty - best.cost.chi2 - kRodPenalty;
}

}  // namespace seedaudit
