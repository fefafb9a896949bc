// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "detectors/fitted_seed.h"
#include "detectors/seed_appearance.h"

namespace seedaudit {

/// Which of the seeds of a fit stand so near each other that a step of one changes the shade of both, and what it becomes: derivatives of
/// an explanation, without asking all others at each step. Seeds are told by their place among the active ones.
class ShadePartners {
 public:
  /// `active`: places in `seeds` of those that move; `beyond` as of shade_by. Keeps references to all but that.
  ShadePartners(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, const std::vector<int>& active,
                const std::vector<FittedSeed>& beyond);

  /// The nearest that touch it, two at the most; none where it stands alone.
  const std::vector<std::size_t>& of(std::size_t a) const { return partners_[a]; }
  /// Shade of one that has partners when it has stepped to `shifted`.
  Shade own_shade(std::size_t a, const FittedSeed& shifted) const;
  /// Shade of its partner of(a)[n] then.
  Shade shade_of_partner(std::size_t a, std::size_t n, const FittedSeed& shifted) const;

 private:
  const FittedSeed& seed(std::size_t a) const { return seeds_[static_cast<std::size_t>(active_[a])]; }

  const SeedAppearance& look_;
  const std::vector<FittedSeed>& seeds_;
  const std::vector<int>& active_;
  std::vector<std::vector<std::size_t>> partners_;
  std::vector<Shade::Cores> all_;                  // what all others do to each that has partners, or is one
  std::vector<Shade::Cores> rest_;                 // the same without its partners
  std::vector<std::vector<Shade::Cores>> spared_;  // what all others but it do to each of its partners
};

}  // namespace seedaudit
