// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/cluster_resolver.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "detectors/explanation_moves.h"

namespace seedaudit {
namespace {

// Growing, pruning and reseating, at the most: more than two rounds are rare.
constexpr int kRounds = 3;
// Needles lie 5 mm and more apart and seeds 4.5 mm along them: where so many lie within 6 mm they explain a coil, and one more is no seed.
constexpr double kCrowdMm = 6.0;
constexpr std::size_t kMostCrowded = 10;
// What a step gains that there is not.
constexpr double kNever = 1e12;
// Two seeds whose centres are nearer than the first cross each other, or lie side by side; nearer than the second they may, where they
// leave so much unexplained.
constexpr double kCrossMm = 1.2, kTouchMm = 2.5, kBadlyFitted = 0.15;
// Where the search was cut short, one seed in so many may be none, and as many may be missing.
constexpr int kUnasked = 4;

// The search for the best number of seeds. What was tried is kept for as long as nothing near it has moved.
class Search {
 public:
  explicit Search(const ExplanationMoves& moves) : moves_(moves) {}

  /// Best explanation with one seed more than `from`. What was tried before is kept for as long as nothing near it has moved.
  std::optional<Trial> grow(const Trial& from) {
    std::vector<Known> tried;
    const auto consider = [&](const Eigen::Vector3d& at, Step step, auto&& make) {
      if (ExplanationMoves::near(from.seeds, at, kCrowdMm).size() > kMostCrowded) return;
      auto around = ExplanationMoves::near(from.seeds, at, kInfluenceMm);
      for (auto& k : known_)
        if (k.step == step && k.at == at && same_seeds(k.change.before, around)) {
          tried.push_back(std::move(k));
          return;
        }
      tried.push_back({at, step, make(around)});
    };
    for (const auto& at : moves_.places(from.seeds)) consider(at, Step::add, [&](const auto& around) { return moves_.add_at(around, at); });
    for (const auto& s : from.seeds) {
      // Splitting is tried where one seed is asked to be more than one, or where the clipped voxels hide its mass.
      if (from.seeds.size() <= 3 || s.mass > 1.15 * moves_.mass_at(s.axis))
        consider(s.center_mm, Step::split, [&](const auto& around) { return moves_.split(around, s); });
      if (s.mass > moves_.mass_at(s.axis))
        consider(s.center_mm, Step::row, [&](const auto& around) {
          return moves_.one_more_in_row(around, s).value_or(Change{around, around, {-kNever, 0.0}});
        });
    }
    known_ = std::move(tried);
    const auto best = std::max_element(known_.begin(), known_.end(),
                                       [](const Known& a, const Known& b) { return a.change.gain.total() < b.change.gain.total(); });
    if (best == known_.end() || best->change.gain.total() <= -kNever) return std::nullopt;
    Trial t = moves_.applied(from, best->change);
    const Eigen::Vector3d at = t.seeds.back().center_mm;
    const auto around = ExplanationMoves::near(t.seeds, at, kInfluenceMm);
    return moves_.applied(t, moves_.fitted(around, around, at, 9.0, 15));
  }

  /// Adds seeds for as long as each saves the penalty. One refused step is looked through: two seeds side by side can pay only together.
  /// Returns what the first refused step would have saved beyond the penalty, below zero; zero where there is nowhere to grow.
  double grow_while_worth(Trial& best) {
    Trial tip = best;
    double next_gain = 0.0;
    const auto may_grow = [&] { return static_cast<int>(tip.seeds.size()) < moves_.options().maximum_seeds && !moves_.exhausted(); };
    for (int refused = 0; refused < 2 && may_grow();) {
      auto t = grow(tip);
      if (!t) break;
      tip = std::move(*t);
      const double gain = best.cost.total() - tip.cost.total() -
                          moves_.options().seed_penalty * (static_cast<double>(tip.seeds.size()) - static_cast<double>(best.seeds.size()));
      if (gain > 0.0) {
        best = tip;
        refused = 0;
        next_gain = 0.0;
      } else if (refused++ == 0) {
        next_gain = gain;
      }
    }
    return next_gain;
  }

  /// Reseats seeds one by one, and crosses of two. Tells whether anything has moved.
  bool reseat(Trial& t) const {
    bool moved = false;
    const auto take = [&](const std::optional<Change>& change) {
      if (!change) return;
      Trial better = moves_.applied(t, *change);
      if (better.cost.total() > t.cost.total() - kWorthMoving) return;
      t = std::move(better);
      moved = true;
    };
    for (std::size_t n = 0; n < t.seeds.size() && !moves_.exhausted(); ++n) take(moves_.reseated(t.seeds, n));
    for (const auto& [one, other] : crosses(t.seeds)) {
      if (moves_.exhausted()) break;
      const auto at = [&](const FittedSeed& s) {
        return static_cast<std::size_t>(
            std::find_if(t.seeds.begin(), t.seeds.end(), [&](const FittedSeed& o) { return o.center_mm == s.center_mm; }) -
            t.seeds.begin());
      };
      const std::size_t n = at(one), m = at(other);
      if (n < t.seeds.size() && m < t.seeds.size()) take(moves_.paired_anew(t.seeds, n, m));
    }
    return moved;
  }

  /// Takes out or merges the seed that saves least, again and again, until each saves the penalty. Returns what each saves. A seed is asked
  /// again only where its neighbourhood has changed and it seems the next to go: with fewer neighbours it saves more, not less.
  std::vector<double> prune(Trial& t) {
    const auto ask = [&](const FittedSeed& s) {
      Saving out{s.center_mm, moves_.fewer(t.seeds, s), 0.0};
      out.cost = moves_.applied(t, out.change).cost.total() - t.cost.total();
      return out;
    };
    std::vector<Saving> savings;
    for (const auto& s : t.seeds) {
      const auto known = std::find_if(saved_.begin(), saved_.end(), [&](const Saving& k) {
        return k.at == s.center_mm && same_seeds(k.change.before, ExplanationMoves::near(t.seeds, s.center_mm, kInfluenceMm));
      });
      savings.push_back(known == saved_.end() ? ask(s) : std::move(*known));
    }
    const auto told = [&](std::size_t n) {
      return same_seeds(savings[n].change.before, ExplanationMoves::near(t.seeds, t.seeds[n].center_mm, kInfluenceMm));
    };
    while (!t.seeds.empty()) {
      std::size_t least = 0;
      for (std::size_t n = 1; n < savings.size(); ++n)
        if (savings[n].cost < savings[least].cost) least = n;
      if (savings[least].cost >= moves_.options().seed_penalty) {
        least = 0;
        while (least < savings.size() && told(least)) ++least;
        if (least == savings.size()) break;
      }
      if (!told(least)) {
        if (moves_.exhausted()) break;
        savings[least] = ask(t.seeds[least]);
        continue;
      }
      Trial less = moves_.applied(t, savings[least].change);
      std::vector<Saving> kept;
      for (const auto& s : less.seeds) {
        std::size_t same = 0;
        for (std::size_t m = 1; m < t.seeds.size(); ++m)
          if ((t.seeds[m].center_mm - s.center_mm).norm() < (t.seeds[same].center_mm - s.center_mm).norm()) same = m;
        kept.push_back(savings[same]);
      }
      t = std::move(less);
      savings = std::move(kept);
    }
    std::vector<double> out;
    out.reserve(savings.size());
    for (const auto& s : savings) out.push_back(s.cost);
    saved_ = std::move(savings);
    return out;
  }

 private:
  // Pairs whose centres lie nearer than what two parallel seeds need, or that touch and leave much unexplained.
  std::vector<std::pair<FittedSeed, FittedSeed>> crosses(const std::vector<FittedSeed>& seeds) const {
    std::vector<std::pair<FittedSeed, FittedSeed>> out;
    for (std::size_t n = 0; n < seeds.size(); ++n)
      for (std::size_t m = n + 1; m < seeds.size(); ++m)
        if (const double apart = (seeds[n].center_mm - seeds[m].center_mm).norm();
            apart < kCrossMm || (apart < kTouchMm && (moves_.misfit(seeds, n) > kBadlyFitted || moves_.misfit(seeds, m) > kBadlyFitted)))
          out.emplace_back(seeds[n], seeds[m]);
    return out;
  }

  enum class Step { add, split, row };
  struct Known {
    Eigen::Vector3d at;
    Step step = Step::add;
    Change change;
  };
  /// What leaving a seed out, or merging it, costs.
  struct Saving {
    Eigen::Vector3d at;
    Change change;
    double cost = 0.0;
  };
  const ExplanationMoves& moves_;
  std::vector<Known> known_;
  std::vector<Saving> saved_;  ///< by the last pruning
};

}  // namespace

ResolvedGroup resolve_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                            const std::vector<FittedSeed>& start) {
  const ExplanationMoves moves(look, prior, group, options);
  Search search(moves);
  ResolvedGroup out;
  out.correlation = options.correlation;
  out.empty_cost = moves.cost({}).chi2;
  Trial best{start, moves.cost(start)};
  if (!start.empty()) moves.settle(best, 2, nullptr);
  double next_gain = 0.0;  // of the first refused growth
  std::vector<double> loss;
  // Where growth ends, what is not needed goes, and the rest is reseated: a seed that stood across two others, or leaned on one that is
  // gone, leaves room for more once it stands right.
  const int rounds = start.empty() ? kRounds : 1;
  for (int round = 0; round < rounds; ++round) {
    next_gain = search.grow_while_worth(best);
    loss = search.prune(best);
    if (best.seeds.empty() || !search.reseat(best)) break;
    if (round + 1 == rounds) loss = search.prune(best);
  }
  double weakest = std::numeric_limits<double>::infinity();
  for (double l : loss) weakest = std::min(weakest, l - options.seed_penalty);
  out.removal_cost = std::move(loss);
  if (!best.seeds.empty()) moves.settle(best, 3, &out.covariance);
  out.seeds = best.seeds;
  out.cost = best.cost;
  const int n = static_cast<int>(best.seeds.size());
  // A step whose cost lies within 8 of the best is about e^-4 as likely: inside a 95 % interval with room for model error.
  out.count = {n, weakest < 8.0 ? n - 1 : n, next_gain < 0.0 && next_gain > -8.0 ? n + 1 : n};
  if (moves.exhausted()) {
    // What was not asked may go, and what was not tried may come.
    out.cut_short = true;
    out.count.low = std::min(out.count.low, n - n / kUnasked);
    out.count.high = std::max(out.count.high, n + std::max(n / kUnasked, static_cast<int>(moves.places(best.seeds).size())));
  }
  return out;
}

void refit_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                 ResolvedGroup& resolved) {
  const ExplanationMoves moves(look, prior, group, options);
  Trial t{std::move(resolved.seeds), {}};
  moves.settle(t, 2, nullptr);
  Search(moves).reseat(t);
  moves.settle(t, 1, &resolved.covariance);
  resolved.removal_cost.clear();
  for (const auto& s : t.seeds)
    resolved.removal_cost.push_back(-moves.without(ExplanationMoves::near(t.seeds, s.center_mm, kInfluenceMm), s.center_mm).gain.total());
  resolved.seeds = std::move(t.seeds);
  resolved.cost = t.cost;
}

}  // namespace seedaudit
