// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/cluster_resolver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace seedaudit {
namespace {

// Directions over the half sphere, in-plane ones first: 6 in the plane, 6 at 45 degrees, z.
const std::vector<Eigen::Vector3d>& directions() {
  static const std::vector<Eigen::Vector3d> all = [] {
    std::vector<Eigen::Vector3d> d;
    for (int n = 0; n < 6; ++n) {
      const double a = n * 3.14159265358979323846 / 6.0;
      d.emplace_back(std::cos(a), std::sin(a), 0.0);
    }
    for (int n = 0; n < 6; ++n) {
      const double a = n * 3.14159265358979323846 / 3.0;
      d.emplace_back(Eigen::Vector3d(std::cos(a), std::sin(a), 1.0).normalized());
    }
    d.emplace_back(0.0, 0.0, 1.0);
    return d;
  }();
  return all;
}

// Seeds farther apart than this neither overlap nor share a voxel of the crop that either is fitted in.
constexpr double kCropMm = 6.0;
constexpr double kInfluenceMm = 16.0;
// Places tried for a new seed: the strongest residuals, apart by about a seed's width with its blur.
constexpr std::size_t kPlaces = 3;
constexpr double kPlaceApartMm = 3.0;
// Two seeds nearer than this, centre to centre, may be one: a slice and a half at the most;
// nor together heavier than this many seeds.
constexpr double kMergeMm = 8.0, kMergeMass = 1.6;

// A seed that leaves less of its surroundings unexplained stands where it should; a move must save this much.
constexpr double kWellFitted = 0.2;
constexpr double kWorthMoving = 2.0;

struct Trial {
  std::vector<FittedSeed> seeds;
  FitCost cost;
};

// In whatever order.
bool same_seeds(const std::vector<FittedSeed>& a, const std::vector<FittedSeed>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(), [](const FittedSeed& p, const FittedSeed& q) {
    return p.center_mm == q.center_mm && p.axis == q.axis && p.mass == q.mass;
  });
}

/// A change of an explanation: the seeds near a place, and what they become.
struct Change {
  std::vector<FittedSeed> before;
  std::vector<FittedSeed> after;
  FitCost gain;  ///< by how much the cost falls
};

class Resolver {
 public:
  Resolver(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options)
      : look_(look), prior_(prior), group_(group), site_(group.site), options_(options) {}

  double mass_at(const Eigen::Vector3d& axis) const { return prior_.axial_mass * look_.relative_mass(axis[2]); }

  FitCost cost(const std::vector<FittedSeed>& seeds) const { return cost_of(look_, prior_, site_, seeds, options_.correlation); }

  /// The seeds within `mm` of a place, in their order.
  static std::vector<FittedSeed> near(const std::vector<FittedSeed>& seeds, const Eigen::Vector3d& at, double mm) {
    std::vector<FittedSeed> out;
    for (const auto& s : seeds)
      if ((s.center_mm - at).norm() < mm) out.push_back(s);
    return out;
  }

  /// What `from` becomes where the change was found. The change must stem from the same neighbourhood.
  static Trial applied(const Trial& from, const Change& change) {
    Trial t;
    for (const auto& s : from.seeds)
      if (std::none_of(change.before.begin(), change.before.end(), [&](const FittedSeed& b) { return b.center_mm == s.center_mm; }))
        t.seeds.push_back(s);
    t.seeds.insert(t.seeds.end(), change.after.begin(), change.after.end());
    t.cost = {from.cost.chi2 - change.gain.chi2, from.cost.prior - change.gain.prior};
    return t;
  }

  /// Fits the seeds of `after` within `reach_mm` of the place and tells what that is worth; only the voxels around them are looked at.
  Change fitted(std::vector<FittedSeed> before, std::vector<FittedSeed> after, const Eigen::Vector3d& at, double reach_mm, int iterations,
                std::vector<Eigen::Matrix<double, 6, 6>>* covariance = nullptr) const {
    FitControl c;
    c.iterations = iterations;
    c.correlation = options_.correlation;
    std::vector<Eigen::Vector3d> centers;
    for (std::size_t n = 0; n < after.size(); ++n) {
      if ((after[n].center_mm - at).norm() >= reach_mm) continue;
      c.active.push_back(static_cast<int>(n));
      centers.push_back(after[n].center_mm);
    }
    for (const auto& s : before)
      if ((s.center_mm - at).norm() < reach_mm) centers.push_back(s.center_mm);
    const FitSite part = crop_site(site_, centers, kCropMm, look_.reach_z_mm(Eigen::Vector3d::UnitZ()) + 1.0);
    const FitCost old = cost_of(look_, prior_, part, before, options_.correlation);
    FitCost now;
    if (c.active.empty())
      now = cost_of(look_, prior_, part, after, options_.correlation);
    else
      now = refine_seeds(look_, prior_, part, c, after, covariance);
    return {std::move(before), std::move(after), {old.chi2 - now.chi2, old.prior - now.prior}};
  }

  /// Whether a seed of this group may be there: other bright objects near it are explained by their own groups.
  bool in_core(const Eigen::Vector3d& at) const {
    const VoxelPatch& p = group_.patch;
    Index3 voxel;
    for (std::size_t a = 0; a < 3; ++a) {
      const auto axis = static_cast<Eigen::Index>(a);
      voxel[a] = static_cast<int>(std::lround(at[axis] / p.spacing_mm[axis])) - p.low[a];
      if (voxel[a] < 0 || voxel[a] >= p.size[a]) return false;
    }
    return group_.is_core[p.offset(voxel[0], voxel[1], voxel[2])] != 0;
  }

  /// Where the others leave most unexplained, strongest first. Summed over the 3 x 3 neighbours in the slice: a seed covers several voxels,
  /// noise and model error one.
  std::vector<Eigen::Vector3d> places(const std::vector<FittedSeed>& seeds) const {
    const VoxelPatch& p = group_.patch;
    std::vector<float> explained(site_.count(), 0.0F);
    for (const auto& s : seeds) add_seed_image(look_, site_, s, explained);
    std::vector<float> residual(p.count(), 0.0F);
    for (std::size_t v = 0; v < site_.count(); ++v) residual[site_.in_patch[v]] = std::max(0.0F, site_.hu[v] - explained[v]);
    std::vector<std::pair<double, Eigen::Vector3d>> peaks;
    for (int k = 0; k < p.size[2]; ++k)
      for (int j = 1; j + 1 < p.size[1]; ++j)
        for (int i = 1; i + 1 < p.size[0]; ++i) {
          if (!group_.is_core[p.offset(i, j, k)]) continue;
          double sum = 0.0;
          Eigen::Vector3d where = Eigen::Vector3d::Zero();
          for (int dj = -1; dj <= 1; ++dj)
            for (int di = -1; di <= 1; ++di) {
              const auto v = p.offset(i + di, j + dj, k);
              const auto r = static_cast<double>(residual[v]);
              sum += r;
              where += r * Eigen::Vector3d(p.x_mm(0, i + di), p.x_mm(1, j + dj), p.x_mm(2, k));
            }
          if (sum > 0.0) peaks.emplace_back(sum, where / sum);
        }
    std::stable_sort(peaks.begin(), peaks.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Eigen::Vector3d> out;
    for (const auto& [sum, where] : peaks) {
      if (out.size() == kPlaces || sum < 0.4 * peaks.front().first) break;
      if (std::none_of(out.begin(), out.end(), [&w = where](const Eigen::Vector3d& o) { return (o - w).norm() < kPlaceApartMm; }))
        out.push_back(where);
    }
    return out;
  }

  /// Best explanation of the neighbourhood with one more seed at a place.
  Change add_at(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const {
    // The directions are ranked by what the others leave around the place.
    FitSite left = crop_site(site_, {at}, kCropMm, look_.reach_z_mm(Eigen::Vector3d::UnitZ()) + 1.0);
    std::vector<float> explained(left.count(), 0.0F);
    for (const auto& s : around) add_seed_image(look_, left, s, explained);
    for (std::size_t v = 0; v < left.count(); ++v) left.hu[v] -= explained[v];
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t d = 0; d < directions().size(); ++d) {
      const FittedSeed one{at, directions()[d], mass_at(directions()[d])};
      ranked.emplace_back(cost_of(look_, prior_, left, {one}, options_.correlation).total(), d);
    }
    std::sort(ranked.begin(), ranked.end());
    Change best;
    for (std::size_t n = 0; n < 3; ++n) {
      auto after = around;
      const auto& axis = directions()[ranked[n].second];
      after.push_back({at, axis, mass_at(axis)});
      Change c = fitted(around, std::move(after), at, 7.0, 10);
      if (n == 0 || c.gain.total() > best.gain.total()) best = std::move(c);
    }
    return best;
  }

  /// Best explanation of the neighbourhood with one of its seeds replaced by two: end to end, side by side, crossed or stacked.
  Change split(const std::vector<FittedSeed>& around, const FittedSeed& s) const {
    const Eigen::Vector3d helper = std::abs(s.axis[2]) < 0.8 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
    const Eigen::Vector3d u = s.axis.cross(helper).normalized(), w = s.axis.cross(u).normalized();
    const double end = 0.5 * prior_.capsule_length_mm, side = 0.6 * prior_.capsule_diameter_mm + 0.1;
    const std::array<std::array<FittedSeed, 2>, 5> pairs{{
        {{{s.center_mm + end * s.axis, s.axis, 0.0}, {s.center_mm - end * s.axis, s.axis, 0.0}}},
        {{{s.center_mm + side * u, s.axis, 0.0}, {s.center_mm - side * u, s.axis, 0.0}}},
        {{{s.center_mm + side * w, s.axis, 0.0}, {s.center_mm - side * w, s.axis, 0.0}}},
        {{{s.center_mm + side * w, (s.axis + u).normalized(), 0.0}, {s.center_mm - side * w, (s.axis - u).normalized(), 0.0}}},
        {{{s.center_mm + 1.0 * u, u, 0.0}, {s.center_mm - 1.0 * u, s.axis, 0.0}}},
    }};
    Change best;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
      std::vector<FittedSeed> after;
      for (const auto& a : around)
        if (a.center_mm != s.center_mm) after.push_back(a);
      for (FittedSeed q : pairs[n]) {
        q.mass = mass_at(q.axis);
        after.push_back(q);
      }
      Change c = fitted(around, std::move(after), s.center_mm, 6.0, 8);
      if (n == 0 || c.gain.total() > best.gain.total()) best = std::move(c);
    }
    return best;
  }

  /// Best explanation with one seed more than `from`. What was tried before is kept for as long as nothing near it has moved.
  std::optional<Trial> grow(const Trial& from) {
    std::vector<Known> tried;
    const auto consider = [&](const Eigen::Vector3d& at, bool is_split, auto&& make) {
      auto around = near(from.seeds, at, kInfluenceMm);
      for (auto& k : known_)
        if (k.is_split == is_split && k.at == at && same_seeds(k.change.before, around)) {
          tried.push_back(std::move(k));
          return;
        }
      tried.push_back({at, is_split, make(around)});
    };
    for (const auto& at : places(from.seeds)) consider(at, false, [&](const auto& around) { return add_at(around, at); });
    for (const auto& s : from.seeds) {
      // Splitting is tried where one seed is asked to be more than one, or where the clipped voxels hide its mass.
      if (from.seeds.size() > 3 && s.mass < 1.15 * mass_at(s.axis)) continue;
      consider(s.center_mm, true, [&](const auto& around) { return split(around, s); });
    }
    known_ = std::move(tried);
    const auto best = std::max_element(known_.begin(), known_.end(),
                                       [](const Known& a, const Known& b) { return a.change.gain.total() < b.change.gain.total(); });
    if (best == known_.end()) return std::nullopt;
    Trial t = applied(from, best->change);
    const Eigen::Vector3d at = t.seeds.back().center_mm;
    const auto around = near(t.seeds, at, kInfluenceMm);
    return applied(t, fitted(around, around, at, 9.0, 15));
  }

  /// Turns and moves badly fitting seeds one by one where that explains more: descent from the first guess may have ended with a seed
  /// across two others, or half a length off along a chain. Tells whether anything has moved.
  bool reseat(Trial& t) const {
    bool moved = false;
    for (std::size_t n = 0; n < t.seeds.size(); ++n) {
      const FittedSeed old = t.seeds[n];
      const auto around = near(t.seeds, old.center_mm, kInfluenceMm);
      std::vector<FittedSeed> others;
      for (const auto& s : around)
        if (s.center_mm != old.center_mm) others.push_back(s);
      FitSite left = crop_site(site_, {old.center_mm}, kCropMm, look_.reach_z_mm(Eigen::Vector3d::UnitZ()) + 1.0);
      std::vector<float> explained(left.count(), 0.0F);
      for (const auto& s : others) add_seed_image(look_, left, s, explained);
      for (std::size_t v = 0; v < left.count(); ++v) left.hu[v] -= explained[v];
      std::vector<std::pair<double, FittedSeed>> ranked;
      const auto consider = [&](const Eigen::Vector3d& at, const Eigen::Vector3d& axis) {
        const FittedSeed q{at, axis, mass_at(axis)};
        auto all = others;
        all.push_back(q);
        ranked.emplace_back(cost_of(look_, prior_, left, {q}, options_.correlation).chi2 + cost_of(look_, prior_, {}, all, 1.0).prior, q);
      };
      const double half_slice = 0.5 * group_.patch.spacing_mm[2];
      for (double up : {-half_slice, 0.0, half_slice})
        for (double mirror : {-1.0, 1.0}) {
          if (up == 0.0 && mirror > 0.0) continue;
          consider(old.center_mm + up * Eigen::Vector3d::UnitZ(), {old.axis[0], old.axis[1], mirror * old.axis[2]});
        }
      if (relative_misfit(look_, site_, t.seeds, old) > kWellFitted) {
        std::vector<Eigen::Vector3d> axes = directions();
        for (const auto& s : others) axes.push_back(s.axis);
        for (const auto& axis : axes)
          for (double shift : {-0.5, 0.0, 0.5})
            if (shift != 0.0 || std::abs(axis.dot(old.axis)) < 0.95)
              consider(old.center_mm + shift * prior_.capsule_length_mm * axis, axis);
      }
      std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      Change best;
      for (std::size_t r = 0; r < std::min<std::size_t>(3, ranked.size()); ++r) {
        auto after = others;
        after.push_back(ranked[r].second);
        Change c = fitted(around, std::move(after), old.center_mm, 7.0, 10);
        if (r == 0 || c.gain.total() > best.gain.total()) best = std::move(c);
      }
      if (best.after.empty() || best.gain.total() < kWorthMoving || !in_core(best.after.back().center_mm)) continue;
      t = applied(t, best);
      moved = true;
    }
    return moved;
  }

  /// Best explanation of the neighbourhood of one of its seeds without it.
  Change without(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const {
    std::vector<FittedSeed> after;
    for (const auto& s : around)
      if (s.center_mm != at) after.push_back(s);
    return fitted(around, std::move(after), at, 7.0, 10);
  }

  /// The same with that seed and a near one replaced by one between them: what lies across two slices, or shows more than the model
  /// expects, is first taken for two.
  std::optional<Change> merged(const std::vector<FittedSeed>& around, const FittedSeed& s) const {
    std::optional<Change> best;
    for (const auto& o : around) {
      const Eigen::Vector3d apart = o.center_mm - s.center_mm;
      if (o.center_mm == s.center_mm || apart.norm() > kMergeMm) continue;
      if (s.mass / mass_at(s.axis) + o.mass / mass_at(o.axis) > kMergeMass) continue;
      const Eigen::Vector3d middle = (s.mass * s.center_mm + o.mass * o.center_mm) / (s.mass + o.mass);
      for (const Eigen::Vector3d& axis : {o.axis, Eigen::Vector3d(apart.normalized())}) {
        std::vector<FittedSeed> after;
        for (const auto& a : around)
          if (a.center_mm != s.center_mm && a.center_mm != o.center_mm) after.push_back(a);
        after.push_back({middle, axis, mass_at(axis), 0.0});
        Change c = fitted(around, std::move(after), middle, 7.0, 10);
        if (!best || c.gain.total() > best->gain.total()) best = std::move(c);
      }
    }
    return best;
  }

  /// The better of leaving a seed out and of merging it with another.
  Change fewer(const std::vector<FittedSeed>& all, const FittedSeed& s) const {
    const auto around = near(all, s.center_mm, kInfluenceMm);
    Change out = without(around, s.center_mm);
    auto one = merged(around, s);
    return one && one->gain.total() > out.gain.total() ? std::move(*one) : std::move(out);
  }

  /// Takes out or merges the seed that saves least, again and again, until each saves the penalty. Returns what each saves. A seed is asked
  /// again only where its neighbourhood has changed and it seems the next to go: with fewer neighbours it saves more, not less.
  std::vector<double> prune(Trial& t) const {
    std::vector<Change> change;
    for (const auto& s : t.seeds) change.push_back(fewer(t.seeds, s));
    const auto told = [&](std::size_t n) { return same_seeds(change[n].before, near(t.seeds, t.seeds[n].center_mm, kInfluenceMm)); };
    const auto saves = [&](std::size_t n) { return -change[n].gain.total(); };
    while (!t.seeds.empty()) {
      std::size_t least = 0;
      for (std::size_t n = 1; n < change.size(); ++n)
        if (saves(n) < saves(least)) least = n;
      if (saves(least) >= options_.seed_penalty) {
        least = 0;
        while (least < change.size() && told(least)) ++least;
        if (least == change.size()) break;
      }
      if (!told(least)) {
        change[least] = fewer(t.seeds, t.seeds[least]);
        continue;
      }
      Trial less = applied(t, change[least]);
      std::vector<Change> kept;
      for (const auto& s : less.seeds) {
        std::size_t same = 0;
        for (std::size_t m = 1; m < t.seeds.size(); ++m)
          if ((t.seeds[m].center_mm - s.center_mm).norm() < (t.seeds[same].center_mm - s.center_mm).norm()) same = m;
        kept.push_back(change[same]);
      }
      t = std::move(less);
      change = std::move(kept);
    }
    std::vector<double> out;
    for (std::size_t n = 0; n < change.size(); ++n) out.push_back(saves(n));
    return out;
  }

  /// Fits all seeds, each with its neighbours, in turns; tells the covariance of each.
  void settle(Trial& t, int turns, std::vector<Eigen::Matrix<double, 6, 6>>* covariance) const {
    if (t.seeds.empty()) {
      t.cost = cost({});
      if (covariance) covariance->clear();
      return;
    }
    if (t.seeds.size() <= 4) {
      FitControl c;
      c.iterations = 4 * turns;
      c.correlation = options_.correlation;
      t.cost = refine_seeds(look_, prior_, site_, c, t.seeds, covariance);
      return;
    }
    if (covariance) covariance->assign(t.seeds.size(), Eigen::Matrix<double, 6, 6>::Identity());
    for (int turn = 0; turn < turns; ++turn)
      for (std::size_t n = 0; n < t.seeds.size(); ++n) {
        const Eigen::Vector3d at = t.seeds[n].center_mm;
        std::vector<std::size_t> index;
        std::vector<FittedSeed> around;
        for (std::size_t m = 0; m < t.seeds.size(); ++m)
          if ((t.seeds[m].center_mm - at).norm() < kInfluenceMm) {
            index.push_back(m);
            around.push_back(t.seeds[m]);
          }
        std::vector<Eigen::Matrix<double, 6, 6>> blocks;
        const bool last = covariance && turn + 1 == turns;
        const Change c = fitted(around, around, at, 6.0, 4, last ? &blocks : nullptr);
        for (std::size_t m = 0; m < index.size(); ++m) {
          t.seeds[index[m]] = c.after[m];
          if (last && index[m] == n) (*covariance)[n] = blocks[m];
        }
      }
    t.cost = cost(t.seeds);
  }

 private:
  struct Known {
    Eigen::Vector3d at;
    bool is_split = false;
    Change change;
  };
  const SeedAppearance& look_;
  const SeedPrior& prior_;
  const SeedGroup& group_;
  const FitSite& site_;
  const ResolverOptions& options_;
  std::vector<Known> known_;
};

}  // namespace

ResolvedGroup resolve_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                            const std::vector<FittedSeed>& start) {
  Resolver r(look, prior, group, options);
  ResolvedGroup out;
  out.empty_cost = r.cost({}).chi2;
  Trial best{start, r.cost(start)};
  if (!start.empty()) r.settle(best, 2, nullptr);
  double next_gain = 0.0;  // of the first refused growth
  int refused = 0;
  Trial tip = best;
  // One refused step is looked through: two seeds side by side can pay only together. Where growth ends, seeds are reseated once: what
  // they then leave may make room for more.
  bool reseated = false;
  while (static_cast<int>(tip.seeds.size()) < options.maximum_seeds) {
    if (auto t = r.grow(tip))
      tip = std::move(*t);
    else
      refused = 1;  // nowhere to grow: the end
    const double gain = best.cost.total() - tip.cost.total() -
                        options.seed_penalty * (static_cast<double>(tip.seeds.size()) - static_cast<double>(best.seeds.size()));
    if (gain > 0.0) {
      best = tip;
      refused = 0;
      next_gain = 0.0;
    } else {
      if (refused == 0) next_gain = gain;
      if (++refused < 2) continue;
      if (reseated || !r.reseat(best)) break;
      reseated = true;
      tip = best;
      refused = 0;
    }
  }
  std::vector<double> loss = r.prune(best);
  double weakest = std::numeric_limits<double>::infinity();
  for (double l : loss) weakest = std::min(weakest, l - options.seed_penalty);
  out.removal_cost = std::move(loss);
  if (!best.seeds.empty()) r.settle(best, 1, &out.covariance);
  out.seeds = best.seeds;
  out.cost = best.cost;
  const int n = static_cast<int>(best.seeds.size());
  // A step whose cost lies within 8 of the best is about e^-4 as likely: inside a 95 % interval with room for model error.
  out.count = {n, weakest < 8.0 ? n - 1 : n, next_gain < 0.0 && next_gain > -8.0 ? n + 1 : n};
  return out;
}

void refit_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                 ResolvedGroup& resolved) {
  const Resolver r(look, prior, group, options);
  Trial t{std::move(resolved.seeds), {}};
  r.settle(t, 2, nullptr);
  r.reseat(t);
  r.settle(t, 1, &resolved.covariance);
  resolved.removal_cost.clear();
  for (const auto& s : t.seeds)
    resolved.removal_cost.push_back(-r.without(Resolver::near(t.seeds, s.center_mm, kInfluenceMm), s.center_mm).gain.total());
  resolved.seeds = std::move(t.seeds);
  resolved.cost = t.cost;
}

}  // namespace seedaudit
