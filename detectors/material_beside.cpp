// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/material_beside.h"

#include <algorithm>
#include <cmath>

#include "detectors/seed_fit.h"

namespace seedaudit {
namespace {

constexpr double kBesideMm = 7.0, kBesideZMm = 5.0;
// Of seeds of simulated implants with more than this beside them one in seven was none, with less one in a hundred.
constexpr double kSomeMaterial = 0.2;
constexpr double kMostConfidence = 0.85;

}  // namespace

std::vector<double> material_beside(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolvedGroup& r) {
  const FitSite& site = group.site;
  std::vector<float> image(site.count(), 0.0F);
  for (const auto& seed : r.seeds) add_seed_image(look, site, seed, image);
  const double per_mass = group.patch.spacing_mm.prod() / prior.axial_mass;
  std::vector<double> out;
  for (const auto& seed : r.seeds) {
    double sum = 0.0;
    for (const auto& c : site.columns) {
      if (std::hypot(c.x_mm - seed.center_mm[0], c.y_mm - seed.center_mm[1]) > kBesideMm) continue;
      for (std::size_t v = c.begin; v < c.end; ++v) {
        if (std::abs(site.slice_z_mm[site.slice[v]] - seed.center_mm[2]) > kBesideZMm || site.clip[v] != VoxelPatch::kNone) continue;
        sum += static_cast<double>(site.hu[v]) - image[v];
      }
    }
    out.push_back(per_mass * sum);
  }
  return out;
}

void doubt_beside_material(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, ResolvedGroup& r) {
  const std::vector<double> beside = material_beside(look, prior, group, r);
  for (std::size_t n = 0; n < r.seeds.size(); ++n)
    if (beside[n] > kSomeMaterial) r.confidence[n] = std::min(r.confidence[n], kMostConfidence);
}

}  // namespace seedaudit
