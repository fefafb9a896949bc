// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/count_seeds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace seedaudit {
namespace {

// Of the count, what lies below the interval and what lies above it.
constexpr double kTail = 0.025;

// What is less believed is no seed, perhaps, where all of a scan's are seeds or none.
constexpr double kSureByItself = 0.86;

// Chances of a further seed, and up to which share of a core slices show its ends.
constexpr double kFurtherSeen = 0.02, kFurtherUnseen = 0.13, kShowsEnds = 0.5;

// What the log odds are off by together: nodes and weights of Gauss and Hermite.
constexpr std::array<std::pair<double, double>, 3> kOffBy{{{-1.7320508, 1.0 / 6.0}, {0.0, 2.0 / 3.0}, {1.7320508, 1.0 / 6.0}}};

// Probability of each number of seeds, from none on.
std::vector<double> chances_of(const Detection& d) {
  std::vector<double> each;
  for (const auto& s : d.seeds) each.push_back(s.confidence > kSurelyOne ? 1.0 : s.confidence);
  for (const auto& p : d.possible) each.push_back(p.confidence);
  each.insert(each.end(), static_cast<std::size_t>(d.further), d.further_chance);
  std::vector<double> all(each.size() + 1, 0.0);
  for (const auto& [off, weight] : kOffBy) {
    std::vector<double> of(each.size() + 1, 0.0);
    of[0] = 1.0;
    for (std::size_t k = 0; k < each.size(); ++k) {
      const double p = moved_by(each[k], kOffTogether * off);
      for (std::size_t n = k + 2; n-- > 0;) of[n] = (1.0 - p) * of[n] + (n > 0 ? p * of[n - 1] : 0.0);
    }
    for (std::size_t n = 0; n < all.size(); ++n) all[n] += weight * of[n];
  }
  return all;
}

}  // namespace

double moved_by(double probability, double log_odds) {
  const double p = std::clamp(probability, 1e-6, 1.0 - 1e-6);
  return 1.0 / (1.0 + (1.0 - p) / p * std::exp(-log_odds));
}

double further_chance(double slice_mm, double core_length_mm) {
  return slice_mm <= kShowsEnds * core_length_mm ? kFurtherSeen : kFurtherUnseen;
}

void count_seeds(Detection& d) {
  const int best = static_cast<int>(d.seeds.size());
  d.count.best = best;
  if (d.all_alike) {
    d.count.low = static_cast<int>(
        std::count_if(d.seeds.begin(), d.seeds.end(), [](const DetectedSeed& s) { return s.confidence >= kSureByItself; }));
    d.count.high = best + static_cast<int>(d.possible.size()) + d.further;
    d.count_chance = d.count.low < d.count.high ? 0.0 : 1.0;
  } else {
    const std::vector<double> chances = chances_of(d);
    std::size_t low = 0, high = chances.size() - 1;
    for (double below = chances[low]; below <= kTail; below += chances[low]) ++low;
    for (double above = chances[high]; above <= kTail; above += chances[high]) --high;
    d.count.low = std::min(best, static_cast<int>(low));
    d.count.high = std::max(best, static_cast<int>(high));
    d.count_chance = chances[static_cast<std::size_t>(best)];
  }
  // Whatever the chances.
  if (d.fewer + d.more > 0) d.count_chance = 0.0;
  d.count.low = std::max(0, d.count.low - d.fewer);
  d.count.high += d.more;
}

void conclude(Detection& d) {
  if (d.seeds.empty()) {
    if (!d.doubt.empty())
      d.outcome = {OutcomeKind::low_confidence, d.doubt};
    else if (!d.possible.empty())
      d.outcome = {OutcomeKind::low_confidence, "no object is likely a seed, but " + std::to_string(d.possible.size()) + " may be"};
    else
      d.outcome = {OutcomeKind::ok, "no object in the scan looks like a seed"};
    return;
  }
  const int width = d.count.high - d.count.low;
  const int allowed = std::max(2, static_cast<int>(std::lround(0.1 * d.count.best)));
  if (width > allowed)
    d.outcome = {OutcomeKind::low_confidence,
                 "the count interval is wide: " + std::to_string(d.count.low) + " to " + std::to_string(d.count.high)};
  else if (d.learned_from < 1)
    d.outcome = {OutcomeKind::low_confidence, "no seed to learn from: the look of a seed is taken from physics"};
  else if (!d.doubt.empty())
    d.outcome = {OutcomeKind::low_confidence, d.doubt};
  else
    d.outcome = {OutcomeKind::ok, std::to_string(d.count.best) + " seeds"};
}

Outcome outcome_alone(const Detection& d, double sure_count) {
  if (d.outcome.kind != OutcomeKind::ok || d.count_chance >= sure_count) return d.outcome;
  return {OutcomeKind::low_confidence, "the image supports another seed count than " + std::to_string(d.count.best) +
                                           " too well: this one is right with a chance of " +
                                           std::to_string(std::lround(100.0 * d.count_chance)) + " %"};
}

}  // namespace seedaudit
