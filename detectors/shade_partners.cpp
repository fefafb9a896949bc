// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/shade_partners.h"

#include <algorithm>
#include <utility>

#include "detectors/seed_shade.h"

namespace seedaudit {
namespace {

// Centre to centre, nearer than what a step of one seed is felt in the shade of another.
constexpr double kShadingMm = 2.5;
// Of so many of them: what more than two others touch is no seed of a needle, and the loops of a coil are dozens.
constexpr std::size_t kMostPartners = 2;

void add(Shade::Cores& to, const Shade::Cores& more, float times = 1.0F) {
  for (std::size_t n = 0; n < to.size(); ++n) to[n] += times * more[n];
}

}  // namespace

ShadePartners::ShadePartners(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, const std::vector<int>& active,
                             const std::vector<FittedSeed>& beyond)
    : look_(look),
      seeds_(seeds),
      active_(active),
      partners_(active.size()),
      all_(active.size()),
      rest_(active.size()),
      spared_(active.size()) {
  std::vector<bool> asked(active.size(), false);
  for (std::size_t a = 0; a < active.size(); ++a) {
    std::vector<std::pair<double, std::size_t>> near;
    for (std::size_t b = 0; b < active.size(); ++b)
      if (const double apart = (seed(a).center_mm - seed(b).center_mm).norm(); b != a && apart < kShadingMm) near.emplace_back(apart, b);
    std::sort(near.begin(), near.end());
    if (near.size() > kMostPartners) near.resize(kMostPartners);
    for (const auto& [apart, b] : near) {
      partners_[a].push_back(b);
      asked[a] = asked[b] = true;
    }
  }
  for (std::size_t a = 0; a < active.size(); ++a) {
    if (!asked[a]) continue;
    rest_[a] = all_[a] = cores_by_others(look, seeds, static_cast<std::size_t>(active[a]), beyond);
    for (const std::size_t b : partners_[a]) add(rest_[a], cores_by(look, seed(a), seed(b)), -1.0F);
  }
  for (std::size_t a = 0; a < active.size(); ++a)
    for (const std::size_t b : partners_[a]) {
      spared_[a].push_back(all_[b]);
      add(spared_[a].back(), cores_by(look, seed(b), seed(a)), -1.0F);
    }
}

Shade ShadePartners::own_shade(std::size_t a, const FittedSeed& shifted) const {
  Shade::Cores cores = rest_[a];
  for (const std::size_t b : partners_[a]) add(cores, cores_by(look_, shifted, seed(b)));
  return shade_under(look_, shifted, cores);
}

Shade ShadePartners::shade_of_partner(std::size_t a, std::size_t n, const FittedSeed& shifted) const {
  const FittedSeed& partner = seed(partners_[a][n]);
  Shade::Cores cores = spared_[a][n];
  add(cores, cores_by(look_, partner, shifted));
  return shade_under(look_, partner, cores);
}

}  // namespace seedaudit
