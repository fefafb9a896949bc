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

// Of so many seeds, each of which is one with that probability, how many may be none: no more in 19 of 20 cases.
int may_be_none(const std::vector<double>& confidences) {
  std::vector<double> none{1.0};  // probability that n are none
  for (const double c : confidences) {
    none.push_back(0.0);
    for (std::size_t n = none.size(); n-- > 0;) none[n] = c * none[n] + (n > 0 ? (1.0 - c) * none[n - 1] : 0.0);
  }
  int n = 0;
  for (double sum = none[0]; sum < kCountLevel; sum += none[static_cast<std::size_t>(n)]) ++n;
  return n;
}

}  // namespace

void count_seeds(Detection& d) {
  int doubtful = 0;
  std::vector<double> unsure;
  for (const auto& s : d.seeds) {
    if (s.confidence < kDoubtful)
      ++doubtful;
    else if (s.confidence < kUnsure)
      unsure.push_back(s.confidence);
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
