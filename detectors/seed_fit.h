// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <vector>

#include "detectors/fit_site.h"
#include "detectors/fitted_seed.h"
#include "detectors/seed_appearance.h"

namespace seedaudit {

/// What is known of a seed before its voxels are looked at.
struct SeedPrior {
  double axial_mass = 70000.0;  ///< mass of a seed along z, HU mm^3; other tilts by SeedAppearance::relative_mass
  double mass_log_sigma = 0.3;  ///< spread of ln(mass) from seed to seed
  double capsule_length_mm = 4.5;
  double capsule_diameter_mm = 0.8;
};

struct FitCost {
  double chi2 = 0.0;   ///< weighted squares, clipped voxels one-sided
  double prior = 0.0;  ///< mass prior and physical exclusion, same units
  double total() const { return chi2 + prior; }
};

/// Adds the image of a seed to `image` (one value a voxel of the site).
void add_seed_image(const SeedAppearance& look, const FitSite& site, const FittedSeed& seed, std::vector<float>& image);

/// The same with the plane at hand: plane_for of the seed's tilt and shade.
void add_seed_image(const SeedAppearance& look, const SeedAppearance::Plane& plane, const FitSite& site, const FittedSeed& seed,
                    std::vector<float>& image);

/// Smallest distance of the axes of two capsules taken as round-ended rods; below the diameter they overlap.
double capsule_distance_mm(const FittedSeed& a, const FittedSeed& b, double length_mm, double diameter_mm);

/// Cost of explaining the site by these seeds. `correlation` is the number of voxels that one independent residual spans.
FitCost cost_of(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const std::vector<FittedSeed>& seeds,
                double correlation);

/// Sum of |image - model| over sum of |image| within 2 mm of the core in its slices, both without what noise alone would
/// make of them; clipped voxels that agree count as zero. 1 where the image hardly exceeds noise.
double relative_misfit(const SeedAppearance& look, const FitSite& site, const std::vector<FittedSeed>& seeds, const FittedSeed& at);

struct FitControl {
  int iterations = 20;
  double correlation = 4.0;
  double least_gain = 1e-3;  ///< of an iteration, by which the cost must fall for another
  std::vector<int> active;   ///< seeds to move; empty: all
  bool shading = true;       ///< whether a step of a seed is followed by the shade of those it touches; without: sooner, and less surely
};

/// Levenberg-Marquardt over centre, axis and mass of the active seeds (six parameters each), the others fixed. Returns the final cost.
/// `covariance` (optional) receives one 6 x 6 block a seed: centre (mm), axis tilt about two directions (rad), ln mass.
FitCost refine_seeds(const SeedAppearance& look, const SeedPrior& prior, const FitSite& site, const FitControl& control,
                     std::vector<FittedSeed>& seeds, std::vector<Eigen::Matrix<double, 6, 6>>* covariance = nullptr);

}  // namespace seedaudit
