// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/shade_across.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "core/parallel.h"
#include "detectors/seed_shade.h"

namespace seedaudit {
namespace {

// Two seeds farther apart in height than one's length share no ray. A needle is some 60 mm long; of what lies farther off in a plane a core
// is a degree or two, and its neighbours hide it.
constexpr double kLevelMm = 6.0, kFarthestMm = 60.0;
// Nearer to each other two groups have explained one seed twice: were each taken from the other's voxels, neither would be left. Two seeds
// so near touch, and what touches is one group.
constexpr double kOneSeedMm = 3.0;
// What a seed loses to others counts from here, over its whole mass; what others show where it lies, from this many sigma of the noise.
constexpr double kLoses = 0.01, kShows = 1.0;

bool level(const FittedSeed& a, const FittedSeed& b) {
  const Eigen::Vector3d d = a.center_mm - b.center_mm;
  return std::abs(d[2]) < kLevelMm && std::hypot(d[0], d[1]) < kFarthestMm;
}

// Whether a seed loses, or gains, by another company.
bool shaded(const SeedAppearance& look, const std::vector<FittedSeed>& own, const std::vector<FittedSeed>& before,
            const std::vector<FittedSeed>& now) {
  for (std::size_t n = 0; n < own.size(); ++n) {
    const auto shown = [&](const std::vector<FittedSeed>& beyond) {
      return look.relative_mass(own[n].axis[2], shade_by(look, own, n, beyond));
    };
    if (std::abs(shown(now) / shown(before) - 1.0) > kLoses) return true;
  }
  return false;
}

// Takes from a site what they show in it, in place of what was taken. Tells whether the two differ by more than noise.
bool take_images(const SeedAppearance& look, const std::vector<FittedSeed>& beyond, FitSite& site) {
  std::vector<float> image(site.count(), 0.0F);
  for (const FittedSeed& s : beyond) add_seed_image(look, site, s, image);
  site.beyond_hu.resize(site.count(), 0.0F);
  bool more = false;
  for (std::size_t v = 0; v < site.count(); ++v) {
    const float change = image[v] - site.beyond_hu[v];
    site.hu[v] -= change;
    more = more || std::abs(change) > kShows * site.noise_hu;
  }
  site.beyond_hu = std::move(image);
  return more;
}

}  // namespace

bool shade_site(const SeedAppearance& look, const std::vector<FittedSeed>& own, const std::vector<FittedSeed>& others, FitSite& site) {
  auto beyond = std::make_shared<std::vector<FittedSeed>>();
  for (const FittedSeed& s : others) {
    if (std::any_of(own.begin(), own.end(), [&](const FittedSeed& mine) { return (mine.center_mm - s.center_mm).norm() < kOneSeedMm; }))
      continue;
    if (std::any_of(own.begin(), own.end(), [&](const FittedSeed& mine) { return level(mine, s); })) beyond->push_back(s);
  }
  const bool seen = take_images(look, *beyond, site), changed = seen || shaded(look, own, *site.beyond, *beyond);
  site.beyond = std::move(beyond);
  return changed;
}

std::vector<bool> shade_across(const SeedAppearance& look, const std::vector<ResolvedGroup>& resolved, std::vector<SeedGroup>& groups) {
  std::vector<char> changed(groups.size(), 0);
  parallel_for(groups.size(), [&](std::size_t g) {
    std::vector<FittedSeed> others;
    for (std::size_t o = 0; o < groups.size(); ++o)
      if (o != g) others.insert(others.end(), resolved[o].seeds.begin(), resolved[o].seeds.end());
    changed[g] = shade_site(look, resolved[g].seeds, others, groups[g].site) ? 1 : 0;
  });
  return {changed.begin(), changed.end()};
}

}  // namespace seedaudit
