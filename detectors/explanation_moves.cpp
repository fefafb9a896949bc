// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/explanation_moves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace seedaudit {
namespace {

// A change is fitted in the voxels this near to the seeds that move.
constexpr double kCropMm = 6.0;
// Places tried for a new seed: the strongest residuals, apart by about a seed's width with its blur.
constexpr std::size_t kPlaces = 3;
constexpr double kPlaceApartMm = 3.0;
// Two seeds nearer than this, centre to centre, and together not heavier than so many, may be one: a slice and a half at the most.
constexpr double kMergeMm = 8.0, kMergeMass = 1.6;
// Where slices overlap by more than a twentieth, a seed in two of them shows all of itself in each: as much as two, one above the other.
constexpr double kOverlapping = 1.05, kMergeMassOverlapping = 2.4, kAboveMm = 2.0;
// Changes are weighed against a penalty of 20 and more: a fit that moves by less than this in a step has told what it is worth.
constexpr double kLeastGain = 0.1;
// Of several first guesses each is fitted a little, the best of them a little more, and the best of these on to the end.
constexpr int kFewIterations = 3;
constexpr std::size_t kLookedAtTwice = 3;
// What costs so many penalties after a few iterations will not come below one.
constexpr double kClearlyNeeded = 6.0;
// A seed that leaves less of its surroundings unexplained stands where it should.
constexpr double kWellFitted = 0.2;

}  // namespace

const std::vector<Eigen::Vector3d>& seed_directions() {
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

bool same_seeds(const std::vector<FittedSeed>& a, const std::vector<FittedSeed>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(), [](const FittedSeed& p, const FittedSeed& q) {
    return p.center_mm == q.center_mm && p.axis == q.axis && p.mass == q.mass;
  });
}

double ExplanationMoves::mass_at(const Eigen::Vector3d& axis) const { return prior_.axial_mass * look_.relative_mass(axis[2]); }

FitCost ExplanationMoves::cost(const std::vector<FittedSeed>& seeds) const {
  return cost_of(look_, prior_, site_, seeds, options_.correlation);
}

std::vector<FittedSeed> ExplanationMoves::near(const std::vector<FittedSeed>& seeds, const Eigen::Vector3d& at, double mm) {
  std::vector<FittedSeed> out;
  for (const auto& s : seeds)
    if ((s.center_mm - at).norm() < mm) out.push_back(s);
  return out;
}

Trial ExplanationMoves::applied(const Trial& from, const Change& change) const {
  Trial t;
  for (const auto& s : from.seeds)
    if (std::none_of(change.before.begin(), change.before.end(), [&](const FittedSeed& b) { return b.center_mm == s.center_mm; }))
      t.seeds.push_back(s);
  t.seeds.insert(t.seeds.end(), change.after.begin(), change.after.end());
  t.cost = cost(t.seeds);
  return t;
}

Change ExplanationMoves::fitted(std::vector<FittedSeed> before, std::vector<FittedSeed> after, const Eigen::Vector3d& at, double reach_mm,
                                int iterations, std::vector<Eigen::Matrix<double, 6, 6>>* covariance) const {
  ++fits_;
  FitControl c;
  c.iterations = iterations;
  c.correlation = options_.correlation;
  // A first look at many guesses need not be exact.
  c.shading = options_.shading && iterations > kFewIterations;
  if (!covariance) c.least_gain = kLeastGain;
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

Change ExplanationMoves::best_of(const std::vector<FittedSeed>& before, std::vector<std::vector<FittedSeed>> guesses,
                                 const Eigen::Vector3d& at, double reach_mm, int iterations) const {
  const auto best_first = [](std::vector<Change>& changes) {
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.gain.total() > b.gain.total(); });
  };
  std::vector<Change> some;
  for (auto& guess : guesses) some.push_back(fitted(before, std::move(guess), at, reach_mm, kFewIterations));
  best_first(some);
  if (options_.shading) {
    // Of two that touch the first look is a rough one: the best of it are looked at once more, with all that a step changes.
    if (some.size() > kLookedAtTwice) some.resize(kLookedAtTwice);
    for (Change& c : some) c = fitted(before, std::move(c.after), at, reach_mm, kFewIterations + 1);
    best_first(some);
  }
  return fitted(before, std::move(some.front().after), at, reach_mm, iterations - kFewIterations);
}

FitSite ExplanationMoves::left_by(const std::vector<FittedSeed>& others, const std::vector<Eigen::Vector3d>& about_mm) const {
  FitSite left = crop_site(site_, about_mm, kCropMm, look_.reach_z_mm(Eigen::Vector3d::UnitZ()) + 1.0);
  std::vector<float> explained(left.count(), 0.0F);
  for (const auto& s : others) add_seed_image(look_, left, s, explained);
  for (std::size_t v = 0; v < left.count(); ++v) left.hu[v] -= explained[v];
  return left;
}

bool ExplanationMoves::in_core(const Eigen::Vector3d& at) const {
  const VoxelPatch& p = group_.patch;
  Index3 voxel;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto axis = static_cast<Eigen::Index>(a);
    voxel[a] = static_cast<int>(std::lround(at[axis] / p.spacing_mm[axis])) - p.low[a];
    if (voxel[a] < 0 || voxel[a] >= p.size[a]) return false;
  }
  return group_.is_core[p.offset(voxel[0], voxel[1], voxel[2])] != 0;
}

std::vector<Eigen::Vector3d> ExplanationMoves::places(const std::vector<FittedSeed>& seeds) const {
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

Change ExplanationMoves::add_at(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const {
  // The directions are ranked by what the others leave around the place.
  const FitSite left = left_by(around, {at});
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t d = 0; d < seed_directions().size(); ++d) {
    const FittedSeed one{at, seed_directions()[d], mass_at(seed_directions()[d])};
    ranked.emplace_back(cost_of(look_, prior_, left, {one}, options_.correlation).total(), d);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::vector<FittedSeed>> guesses;
  for (std::size_t n = 0; n < 3; ++n) {
    auto& after = guesses.emplace_back(around);
    const auto& axis = seed_directions()[ranked[n].second];
    after.push_back({at, axis, mass_at(axis)});
  }
  return best_of(around, std::move(guesses), at, 7.0, 10);
}

std::optional<Change> ExplanationMoves::reseated(const std::vector<FittedSeed>& seeds, std::size_t n) const {
  const FittedSeed& old = seeds[n];
  const auto around = near(seeds, old.center_mm, kInfluenceMm);
  std::vector<FittedSeed> others;
  for (const auto& s : around)
    if (s.center_mm != old.center_mm) others.push_back(s);
  const FitSite left = left_by(others, {old.center_mm});
  using Ranked = std::vector<std::pair<double, FittedSeed>>;
  Ranked lifted, turned;
  const auto consider = [&](Ranked& ranked, const Eigen::Vector3d& at, const Eigen::Vector3d& axis) {
    const FittedSeed q{at, axis, mass_at(axis)};
    auto all = others;
    all.push_back(q);
    ranked.emplace_back(cost_of(look_, prior_, left, {q}, options_.correlation).chi2 + cost_of(look_, prior_, {}, all, 1.0).prior, q);
  };
  const double half_slice = 0.5 * group_.patch.spacing_mm[2];
  for (double up : {-half_slice, 0.0, half_slice})
    for (double mirror : {-1.0, 1.0}) {
      if (up == 0.0 && mirror > 0.0) continue;
      consider(lifted, old.center_mm + up * Eigen::Vector3d::UnitZ(), {old.axis[0], old.axis[1], mirror * old.axis[2]});
    }
  if (relative_misfit(look_, site_, seeds, old) > kWellFitted) {
    std::vector<Eigen::Vector3d> axes = seed_directions();
    for (const auto& s : others) axes.push_back(s.axis);
    for (const auto& axis : axes)
      for (double shift : {-0.5, 0.0, 0.5})
        if (shift != 0.0 || std::abs(axis.dot(old.axis)) < 0.95)
          consider(turned, old.center_mm + shift * prior_.capsule_length_mm * axis, axis);
  }
  // What stands almost as the old one explains almost as much: what is turned must not lose its place to it before it is fitted.
  std::vector<FittedSeed> tries;
  for (auto* ranked : {&lifted, &turned}) {
    std::stable_sort(ranked->begin(), ranked->end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t r = 0; r < std::min<std::size_t>(2, ranked->size()); ++r) tries.push_back((*ranked)[r].second);
  }
  std::vector<std::vector<FittedSeed>> guesses;
  for (const auto& q : tries) guesses.emplace_back(others).push_back(q);
  Change best = best_of(around, std::move(guesses), old.center_mm, 7.0, 10);
  if (best.gain.total() < kWorthMoving || !in_core(best.after.back().center_mm)) return std::nullopt;
  return best;
}

Change ExplanationMoves::fitted_if_close(const std::vector<FittedSeed>& before, std::vector<FittedSeed> after,
                                         const Eigen::Vector3d& at) const {
  Change c = fitted(before, std::move(after), at, 7.0, kFewIterations);
  if (-c.gain.total() > kClearlyNeeded * options_.seed_penalty) return c;
  return fitted(before, std::move(c.after), at, 7.0, 10 - kFewIterations);
}

Change ExplanationMoves::without(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const {
  std::vector<FittedSeed> after;
  for (const auto& s : around)
    if (s.center_mm != at) after.push_back(s);
  return fitted_if_close(around, std::move(after), at);
}

std::optional<Change> ExplanationMoves::merged(const std::vector<FittedSeed>& around, const FittedSeed& s) const {
  const bool overlapping = look_.parameters().slice_mm > kOverlapping * group_.patch.spacing_mm[2];
  std::optional<Change> best;
  for (const auto& o : around) {
    const Eigen::Vector3d apart = o.center_mm - s.center_mm;
    if (o.center_mm == s.center_mm || apart.norm() > kMergeMm) continue;
    const bool above = std::hypot(apart[0], apart[1]) < kAboveMm && std::abs(apart[2]) > 0.5 * group_.patch.spacing_mm[2];
    const double most = overlapping && above ? kMergeMassOverlapping : kMergeMass;
    if (s.mass / mass_at(s.axis) + o.mass / mass_at(o.axis) > most) continue;
    const Eigen::Vector3d middle = (s.mass * s.center_mm + o.mass * o.center_mm) / (s.mass + o.mass);
    for (const Eigen::Vector3d& axis : {o.axis, Eigen::Vector3d(apart.normalized())}) {
      std::vector<FittedSeed> after;
      for (const auto& a : around)
        if (a.center_mm != s.center_mm && a.center_mm != o.center_mm) after.push_back(a);
      after.push_back({middle, axis, mass_at(axis), 0.0});
      Change c = fitted_if_close(around, std::move(after), middle);
      if (!best || c.gain.total() > best->gain.total()) best = std::move(c);
    }
  }
  return best;
}

Change ExplanationMoves::fewer(const std::vector<FittedSeed>& all, const FittedSeed& s) const {
  const auto around = near(all, s.center_mm, kInfluenceMm);
  Change out = without(around, s.center_mm);
  auto one = merged(around, s);
  return one && one->gain.total() > out.gain.total() ? std::move(*one) : std::move(out);
}

void ExplanationMoves::settle(Trial& t, int turns, std::vector<Eigen::Matrix<double, 6, 6>>* covariance) const {
  if (t.seeds.empty()) {
    t.cost = cost({});
    if (covariance) covariance->clear();
    return;
  }
  if (t.seeds.size() <= 4) {
    FitControl c;
    c.shading = options_.shading;
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

}  // namespace seedaudit
