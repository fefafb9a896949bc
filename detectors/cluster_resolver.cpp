// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/cluster_resolver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

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

struct Trial {
  std::vector<FittedSeed> seeds;
  FitCost cost;
};

class Resolver {
 public:
  Resolver(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options)
      : look_(look), prior_(prior), group_(group), site_(group.site), options_(options) {}

  double mass_at(const Eigen::Vector3d& axis) const { return prior_.axial_mass * look_.relative_mass(axis[2]); }

  FitCost cost(const std::vector<FittedSeed>& seeds) const { return cost_of(look_, prior_, site_, seeds, options_.correlation); }

  FitCost refine(std::vector<FittedSeed>& seeds, const std::vector<int>& active, int iterations,
                 std::vector<Eigen::Matrix<double, 6, 6>>* covariance = nullptr) const {
    FitControl c;
    c.iterations = iterations;
    c.correlation = options_.correlation;
    c.active = active;
    if (active.empty() || seeds.size() < 4) return refine_seeds(look_, prior_, site_, c, seeds, covariance);
    // In a large group only the neighbourhood is looked at; the cost is that of the whole.
    std::vector<Eigen::Vector3d> centers;
    for (int n : active) centers.push_back(seeds[static_cast<std::size_t>(n)].center_mm);
    refine_seeds(look_, prior_, crop_site(site_, centers, 6.0), c, seeds, covariance);
    return cost(seeds);
  }

  std::vector<int> neighbours(const std::vector<FittedSeed>& seeds, const Eigen::Vector3d& at, double mm) const {
    std::vector<int> near;
    for (std::size_t n = 0; n < seeds.size(); ++n)
      if ((seeds[n].center_mm - at).norm() < mm) near.push_back(static_cast<int>(n));
    return near;
  }

  /// Best explanation with one more seed at the strongest residual.
  std::optional<Trial> add_one(const Trial& from) const {
    const VoxelPatch& p = group_.patch;
    std::vector<float> explained(site_.count(), 0.0F);
    for (const auto& s : from.seeds) add_seed_image(look_, site_, s, explained);
    std::vector<float> residual(p.count(), 0.0F);
    for (std::size_t v = 0; v < site_.count(); ++v) residual[site_.in_patch[v]] = std::max(0.0F, site_.hu[v] - explained[v]);
    // Residual summed over the 3 x 3 neighbours in the slice: a seed covers several voxels, noise and model error one.
    double best = 0.0;
    Eigen::Vector3d at = Eigen::Vector3d::Zero();
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
          if (sum > best) {
            best = sum;
            at = where / sum;
          }
        }
    if (!(best > 0.0)) return std::nullopt;
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t d = 0; d < directions().size(); ++d) {
      std::vector<FittedSeed> seeds = from.seeds;
      seeds.push_back({at, directions()[d], mass_at(directions()[d])});
      ranked.emplace_back(cost(seeds).total(), d);
    }
    std::sort(ranked.begin(), ranked.end());
    std::optional<Trial> out;
    for (std::size_t n = 0; n < 3; ++n) {
      Trial t{from.seeds, {}};
      const auto& axis = directions()[ranked[n].second];
      t.seeds.push_back({at, axis, mass_at(axis)});
      t.cost = refine(t.seeds, neighbours(t.seeds, at, 7.0), 10);
      if (!out || t.cost.total() < out->cost.total()) out = std::move(t);
    }
    return out;
  }

  /// Best explanation with seed n replaced by two: end to end, side by side, crossed or stacked.
  std::optional<Trial> split_one(const Trial& from, std::size_t n) const {
    const FittedSeed& s = from.seeds[n];
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
    std::optional<Trial> out;
    for (const auto& pair : pairs) {
      Trial t{from.seeds, {}};
      t.seeds[n] = pair[0];
      t.seeds.push_back(pair[1]);
      for (auto* q : {&t.seeds[n], &t.seeds.back()}) q->mass = mass_at(q->axis);
      t.cost = refine(t.seeds, neighbours(t.seeds, s.center_mm, 6.0), 8);
      if (!out || t.cost.total() < out->cost.total()) out = std::move(t);
    }
    return out;
  }

  /// Best explanation with one seed more than `from`.
  std::optional<Trial> grow(const Trial& from) const {
    std::optional<Trial> best = add_one(from);
    for (std::size_t n = 0; n < from.seeds.size(); ++n) {
      // Splitting is tried where one seed is asked to be more than one, or where the clipped voxels hide its mass.
      if (from.seeds.size() > 3 && from.seeds[n].mass < 1.15 * mass_at(from.seeds[n].axis)) continue;
      const auto t = split_one(from, n);
      if (t && (!best || t->cost.total() < best->cost.total())) best = t;
    }
    if (best) {
      const Eigen::Vector3d at = best->seeds.back().center_mm;
      best->cost = refine(best->seeds, neighbours(best->seeds, at, 9.0), 15);
    }
    return best;
  }

  std::optional<Trial> without(const Trial& from, std::size_t n) const {
    if (from.seeds.size() < 2) return std::nullopt;
    Trial t{from.seeds, {}};
    const Eigen::Vector3d at = t.seeds[n].center_mm;
    t.seeds.erase(t.seeds.begin() + static_cast<std::ptrdiff_t>(n));
    const auto near = neighbours(t.seeds, at, 7.0);
    t.cost = near.empty() ? cost(t.seeds) : refine(t.seeds, near, 10);
    return t;
  }

 private:
  const SeedAppearance& look_;
  const SeedPrior& prior_;
  const SeedGroup& group_;
  const FitSite& site_;
  const ResolverOptions& options_;
};

}  // namespace

ResolvedGroup resolve_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options) {
  const Resolver r(look, prior, group, options);
  ResolvedGroup out;
  Trial best{{}, r.cost({})};
  out.empty_cost = best.cost.chi2;
  double next_gain = 0.0;  // of the first refused growth
  int refused = 0;
  Trial tip = best;
  // One refused step is looked through: two seeds side by side can pay only together.
  while (static_cast<int>(tip.seeds.size()) < options.maximum_seeds) {
    const auto t = r.grow(tip);
    if (!t) break;
    const double gain =
        best.cost.total() - t->cost.total() - options.seed_penalty * static_cast<double>(t->seeds.size() - best.seeds.size());
    tip = *t;
    if (gain > 0.0) {
      best = *t;
      refused = 0;
      next_gain = 0.0;
    } else {
      if (refused == 0) next_gain = gain;
      if (++refused >= 2) break;
    }
  }
  // Each seed must be needed.
  for (std::size_t n = 0; n < best.seeds.size();) {
    const auto t = r.without(best, n);
    if (t && t->cost.total() - options.seed_penalty < best.cost.total()) {
      best = *t;
      n = 0;
    } else {
      ++n;
    }
  }
  double weakest = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < best.seeds.size(); ++n) {
    const auto t = r.without(best, n);
    const double loss = (t ? t->cost.total() : out.empty_cost) - best.cost.total();
    out.removal_cost.push_back(loss);
    weakest = std::min(weakest, loss - options.seed_penalty);
  }
  if (!best.seeds.empty()) best.cost = r.refine(best.seeds, {}, 4, &out.covariance);
  out.seeds = best.seeds;
  out.cost = best.cost;
  const int n = static_cast<int>(best.seeds.size());
  // A step whose cost lies within 8 of the best is about e^-4 as likely: inside a 95 % interval with room for model error.
  out.count = {n, weakest < 8.0 ? n - 1 : n, next_gain < 0.0 && next_gain > -8.0 ? n + 1 : n};
  return out;
}

}  // namespace seedaudit
