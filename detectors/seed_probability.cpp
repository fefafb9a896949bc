// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_probability.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "detectors/seed_evidence.h"

namespace seedaudit {
namespace {

// Logistic regression over the objects of simulated implants (`detection_bench confidence`; docs/validation.md, "Confidence").
constexpr WeighedSigns kWeights{-3.9, 0.807, 0.381, -4.603, 0.912, 1.088, 0.784, -0.664, -0.309, -2.0, -0.0518, 0.8};
constexpr double kMostFor = 5.5, kMostAgainst = 9.0, kMostOff = 0.5, kLeastNeeded = 5.0, kMostNeeded = 3000.0, kMostSolid = 30.0;
constexpr int kMostTouching = 4, kMostCrowding = 6;
// A seed that saves little may be one too many, whatever else it shows: of 337 objects of 187 simulated implants that saved
// less than this and had 0.9 and more (0.98 on average) 15 were no seeds; of 8097 that saved more 17.
constexpr double kSavesLittle = 120.0, kMostForLittle = 0.95;

// What only the look's own doubt speaks against is as likely a seed as not, and not less.
constexpr double kUnsureLook = 4.0;

constexpr double kAroundMm = 20.0, kOnePlaceMm = 2.5;
// Scans differ from those that the weights were found in: near a half the search's own answer stays.
constexpr double kDropped = 0.4, kRestored = 0.55;

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

bool weighs_each_alone(const ScanCalibration& calibration) { return calibration.taught_by_seeds() && !calibration.of_many_masses; }

}  // namespace

WeighedSigns weighed(const SeedSigns& s) {
  return {1.0,
          std::clamp(s.log_odds, 0.0, kMostFor),
          std::clamp(s.log_odds, -kMostAgainst, 0.0),
          std::clamp(-s.mass_log, 0.0, kMostOff),
          std::clamp(s.mass_log, 0.0, kMostOff),
          std::log((1.0 + s.seeds_around) / (1.0 + s.others_around)),
          std::log(std::clamp(s.needed, kLeastNeeded, kMostNeeded)),
          static_cast<double>(std::min(kMostTouching, s.touching)),
          static_cast<double>(std::min(kMostCrowding, s.crowding)),
          std::clamp(s.independent, 0.0, 1.0),
          std::clamp(s.solid, 0.0, kMostSolid),
          s.direction};
}

double seed_probability(const SeedSigns& signs) {
  const WeighedSigns w = weighed(signs);
  const double probability = logistic(std::inner_product(w.begin(), w.end(), kWeights.begin(), 0.0));
  return signs.needed < kSavesLittle ? std::min(kMostForLittle, probability) : probability;
}

void tell_probabilities(const ScanCalibration& calibration, std::vector<ResolvedGroup>& resolved) {
  struct Other {
    PossibleSeed* object;
    std::size_t order;
  };
  std::vector<Eigen::Vector3d> seeds;
  std::vector<Other> all, others;
  for (auto& r : resolved) {
    for (const auto& s : r.seeds) seeds.push_back(s.center_mm);
    for (auto& p : r.possible) all.push_back({&p, all.size()});
  }
  std::sort(all.begin(), all.end(), [](const Other& a, const Other& b) {
    return std::make_pair(-a.object->signs.log_odds, a.order) < std::make_pair(-b.object->signs.log_odds, b.order);
  });
  for (const Other& o : all) {
    const Eigen::Vector3d& at = o.object->seed.center_mm;
    o.object->confidence = 0.0;
    if (std::any_of(seeds.begin(), seeds.end(), [&](const auto& s) { return (s - at).norm() < kOnePlaceMm; })) continue;
    if (std::any_of(others.begin(), others.end(), [&](const Other& k) { return (k.object->seed.center_mm - at).norm() < kOnePlaceMm; }))
      continue;
    others.push_back(o);
  }
  const auto look_around = [&](const Eigen::Vector3d& at, bool is_seed, SeedSigns& signs) {
    const auto near = [&](const Eigen::Vector3d& p) { return (p - at).norm() < kAroundMm; };
    signs.seeds_around = static_cast<int>(std::count_if(seeds.begin(), seeds.end(), near)) - (is_seed ? 1 : 0);
    signs.others_around =
        static_cast<int>(std::count_if(others.begin(), others.end(), [&](const Other& o) { return near(o.object->seed.center_mm); })) -
        (is_seed ? 0 : 1);
  };
  std::vector<AxisEstimate> axes;
  for (const auto& r : resolved)
    for (std::size_t n = 0; n < r.seeds.size(); ++n) axes.push_back(r.axis_of(n));
  const NeedleDirections needles(std::move(axes));
  const bool each_alone = weighs_each_alone(calibration);
  std::size_t order = 0;
  for (auto& r : resolved) {
    r.confidence.clear();
    for (std::size_t n = 0; n < r.seeds.size(); ++n) {
      look_around(r.seeds[n].center_mm, true, r.signs[n]);
      r.signs[n].direction = needles.log_density(r.axis_of(n), order++);
      const double odds = r.signs[n].log_odds;
      if (each_alone)
        r.confidence.push_back(seed_probability(r.signs[n]));
      else
        r.confidence.push_back(logistic(calibration.of_many_masses && odds > 0.0 ? std::max(0.0, odds - kUnsureLook) : odds));
    }
  }
  for (const Other& o : others) {
    look_around(o.object->seed.center_mm, false, o.object->signs);
    o.object->signs.direction = needles.log_density({o.object->seed.center_mm, o.object->seed.axis, o.object->axis_spread});
    o.object->confidence = each_alone ? seed_probability(o.object->signs) : logistic(o.object->signs.log_odds);
  }
}

void change_beliefs(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                    const ResolverOptions& options, ResolvedGroup& r) {
  if (!weighs_each_alone(calibration)) return;
  std::vector<FittedSeed> seeds;
  std::vector<PossibleSeed> possible;
  for (std::size_t n = 0; n < r.seeds.size(); ++n)
    if (r.confidence[n] < kDropped)
      possible.push_back({r.seeds[n], r.signs[n], 1, true, r.confidence[n], r.axis_of(n).spread});
    else
      seeds.push_back(r.seeds[n]);
  bool changed = !possible.empty();
  for (const PossibleSeed& p : r.possible) {
    // What weighs as two is not one.
    if (p.confidence < kRestored || p.count > 1) {
      possible.push_back(p);
      continue;
    }
    seeds.push_back(p.seed);
    std::erase_if(r.doubted, [&](const FittedSeed& d) { return d.center_mm == p.seed.center_mm; });
    changed = true;
  }
  if (!changed) return;
  r.seeds = std::move(seeds);
  r.possible = std::move(possible);
  refit_group(look, calibration.prior, group, options, r);
  judge_seeds(look, calibration, solids, group, r);
  r.count.best = static_cast<int>(r.seeds.size());
  r.count.low = std::min(r.count.low, r.count.best);
  r.count.high = std::max(r.count.high, r.count.best);
}

}  // namespace seedaudit
