// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/settle_background.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "detectors/smooth_background.h"

namespace seedaudit {
namespace {

constexpr int kTurns = 2;
constexpr double kSettledMm = 9.0;  // around a seed: itself, its skirt and two knots of background

std::vector<float> image_of(const SeedAppearance& look, const FitSite& site, const std::vector<FittedSeed>& seeds) {
  std::vector<float> image(site.count(), 0.0F);
  for (const auto& seed : seeds) add_seed_image(look, site, seed, image);
  return image;
}

struct Settler {
  const SeedAppearance& look;
  const SeedPrior& prior;
  const ResolverOptions& options;
  double noise_hu;

  // Cost around a place, the background being whatever suits these seeds.
  double cost_at(const FitSite& around, const std::vector<FittedSeed>& seeds) const {
    FitSite site = around;
    level_background(site, image_of(look, site, seeds), noise_hu);
    return cost_of(look, prior, site, seeds, options.correlation).total();
  }

  // By how much the explanation worsens without seed n when the background may take its place.
  double loss_without(const FitSite& whole, const std::vector<FittedSeed>& seeds, std::size_t n) const {
    const FitSite around = crop_site(whole, {seeds[n].center_mm}, kSettledMm, look.reach_z_mm(Eigen::Vector3d::UnitZ()));
    std::vector<FittedSeed> near, others;
    for (std::size_t m = 0; m < seeds.size(); ++m) {
      if ((seeds[m].center_mm - seeds[n].center_mm).norm() > kSettledMm + 5.0) continue;
      near.push_back(seeds[m]);
      if (m != n) others.push_back(seeds[m]);
    }
    return cost_at(around, others) - cost_at(around, near);
  }
};

}  // namespace

void settle_background(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, double noise_hu,
                       SeedGroup& group, ResolvedGroup& resolved) {
  const Settler settler{look, prior, options, noise_hu};
  for (int turn = 0; turn < kTurns && !resolved.seeds.empty(); ++turn) {
    auto& seeds = resolved.seeds;
    const double moved = level_background(group.site, image_of(look, group.site, seeds), noise_hu);
    if (moved < 2.0 * group.patch.texture_hu) return;
    std::vector<double> loss;
    for (std::size_t n = 0; n < seeds.size(); ++n) loss.push_back(settler.loss_without(group.site, seeds, n));
    bool fewer = false;
    while (!seeds.empty()) {
      const auto least = std::min_element(loss.begin(), loss.end());
      if (*least >= options.seed_penalty) break;
      const Eigen::Vector3d gone = seeds[static_cast<std::size_t>(least - loss.begin())].center_mm;
      seeds.erase(seeds.begin() + (least - loss.begin()));
      loss.erase(least);
      fewer = true;
      for (std::size_t n = 0; n < seeds.size(); ++n)
        if ((seeds[n].center_mm - gone).norm() < kSettledMm) loss[n] = settler.loss_without(group.site, seeds, n);
    }
    if (fewer) level_background(group.site, image_of(look, group.site, seeds), noise_hu);
    resolved = resolve_group(look, prior, group, options, seeds);
  }
}

}  // namespace seedaudit
