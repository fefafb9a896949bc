// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/count_seeds.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace seedaudit {
namespace {

// Seeds less believed than this are not in the lower end of the count; of those between, as many as their probabilities make likely.
constexpr double kDoubtful = 0.8, kUnsure = 0.86;
constexpr double kCountLevel = 0.95;

// Nearer to each other than so, centre to centre, they lie across or beside each other and not end to end on a needle: pieces of one thing,
// if they are none.
constexpr double kOneThingMm = 4.4;

// Of seeds that are each one with its confidence, how many may be none: no more in 19 of 20 cases. Those of a knot are none together.
int may_be_none(const std::vector<const DetectedSeed*>& seeds) {
  std::vector<std::size_t> knot(seeds.size());
  for (std::size_t a = 0; a < seeds.size(); ++a) {
    knot[a] = a;
    for (std::size_t b = 0; b < a; ++b)
      if (const std::size_t from = knot[a], to = knot[b]; (seeds[a]->pose.center.mm - seeds[b]->pose.center.mm).norm() < kOneThingMm)
        std::replace(knot.begin(), knot.begin() + static_cast<std::ptrdiff_t>(a) + 1, from, to);
  }
  std::vector<double> none(seeds.size() + 1, 0.0);  // probability that n are none
  none[0] = 1.0;
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    const auto size = static_cast<std::size_t>(std::count(knot.begin(), knot.end(), k));
    double least = 1.0;
    for (std::size_t n = 0; n < seeds.size(); ++n)
      if (knot[n] == k) least = std::min(least, seeds[n]->confidence);
    for (std::size_t n = none.size(); size > 0 && n-- > 0;) none[n] = least * none[n] + (n >= size ? (1.0 - least) * none[n - size] : 0.0);
  }
  int n = 0;
  for (double sum = none[0]; sum < kCountLevel && n < static_cast<int>(seeds.size()); sum += none[static_cast<std::size_t>(n)]) ++n;
  return n;
}

}  // namespace

void count_seeds(Detection& d) {
  int doubtful = 0;
  std::vector<const DetectedSeed*> unsure;
  for (const auto& s : d.seeds) {
    if (s.confidence < kDoubtful)
      ++doubtful;
    else if (s.confidence < kUnsure)
      unsure.push_back(&s);
  }
  doubtful += may_be_none(unsure);
  d.count.best = static_cast<int>(d.seeds.size());
  d.count.low = d.count.high = 0;
  for (const auto& c : d.clusters) {
    d.count.low += c.count.low;
    d.count.high += c.count.high;
  }
  d.count.high += static_cast<int>(d.possible.size());
  d.count.low = std::min(d.count.low, d.count.best - doubtful);
  d.count.low = std::max(0, d.count.low);
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

}  // namespace seedaudit
