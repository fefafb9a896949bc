// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "detectors/seed_fit.h"
#include "detectors/seed_groups.h"

namespace seedaudit::test {

struct Pool {
  Eigen::Vector3d center_mm;
  double hu, width_mm;  // of a Gaussian, its standard deviation
};

/// A group of 24 x 24 mm and 17 slices about the origin with these seeds and pools, noise, and a tenth of the signal in doubt.
inline SeedGroup group_of(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, const std::vector<Pool>& among,
                          double slice_spacing_mm = 1.0, float noise_hu = 10.0F) {
  SeedGroup g;
  VoxelPatch& p = g.patch;
  p.low = {-24, -24, -8};
  p.size = {49, 49, 17};
  p.spacing_mm = {0.5, 0.5, slice_spacing_mm};
  const std::size_t n = 49 * 49 * 17;
  p.hu.assign(n, 0.0F);
  p.background_hu.assign(n, 0.0F);
  p.clip.assign(n, VoxelPatch::kNone);
  p.sigma.assign(n, noise_hu);
  g.is_core.assign(n, 1);
  g.is_object.assign(n, 1);
  g.is_dense.assign(n, 0);
  const FitSite blank = make_fit_site(p);
  std::vector<float> image(n, 0.0F);
  for (const auto& s : seeds) add_seed_image(look, blank, s, image);
  std::mt19937 random(11);
  std::normal_distribution<float> noise(0.0F, noise_hu);
  for (const auto& c : blank.columns)
    for (std::size_t v = c.begin; v < c.end; ++v) {
      const Eigen::Vector3d at(c.x_mm, c.y_mm, blank.slice_z_mm[blank.slice[v]]);
      float hu = image[v];
      for (const auto& pool : among)
        hu += static_cast<float>(pool.hu * std::exp(-(at - pool.center_mm).squaredNorm() / (2.0 * pool.width_mm * pool.width_mm)));
      p.hu[blank.in_patch[v]] = hu + noise(random);
      p.sigma[blank.in_patch[v]] = std::hypot(noise_hu, 0.1F * hu);
    }
  g.site = make_fit_site(p);
  return g;
}

}  // namespace seedaudit::test
