// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/explain_group.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "detectors/explanation_moves.h"

namespace seedaudit {
namespace {

// A group fails that leaves so many times more unexplained than is usual. It asks more of a further seed, up to this factor: pools of
// lipiodol fail for other reasons and must not lose their seeds.
constexpr double kFailing = 1.25, kMostFailing = 1.5;
// Pools of lipiodol are 3 to 6 mm wide and some hundred HU brighter than what lies between them; seeds are narrower and far brighter.
constexpr BackgroundFreedom kPools{3.0, 150.0};
// Such knots in a slice of a group, beyond which it is a device and no implant among pools; their cost grows with the square.
constexpr double kMostKnots = 600.0;

// How much heavier than one seed, in sigma of what seeds of the scan differ by, and it is asked whether it is two; and the misfit over the
// usual one up to which it looks like seeds.
constexpr double kHeavySigmas = 1.0, kWellFitting = 2.0;
// Masses over that of a seed above which a part is no seed.
constexpr double kHeavy = 1.4;
// So many seeds this near to it, itself among them, and it is a loop of a coil.
constexpr double kAboutMm = 6.0;
constexpr std::size_t kMostAbout = 5;
// What it is split into lies this near, and is no lighter than one seed over this.
constexpr double kSplitMm = 4.5, kUnit = 1.3;
// After others have been split it still stands within this.
constexpr double kSameMm = 1.0;

// Voxels that an independent residual spans in this group, were its explanation right (as ScanCalibration::correlation).
double unexplained_correlation(const ResolvedGroup& r, const SeedGroup& group, const ResolverOptions& used) {
  return 4.0 * r.cost.chi2 * used.correlation / static_cast<double>(std::max<std::size_t>(1, group.site.count()));
}

// Twice the negative logarithm of the evidence for an explanation, up to what all explanations of the group share: cost of fit and seeds,
// and the price of the background's freedom. The correlation divides data and prior of the background alike and leaves that price as it is.
double lack_of_evidence(const ResolvedGroup& r, const SeedGroup& group, const ResolverOptions& used) {
  return r.cost.total() + used.seed_penalty * static_cast<double>(r.seeds.size()) + group.site.background->log_volume();
}

bool too_large(const VoxelPatch& p) {
  return (p.size[0] * p.spacing_mm[0] / kPools.knot_mm + 4.0) * (p.size[1] * p.spacing_mm[1] / kPools.knot_mm + 4.0) > kMostKnots;
}

}  // namespace

ResolvedGroup explain_group(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, SeedGroup& group) {
  ResolvedGroup r = resolve_group(look, prior, group, options);
  const double failing = unexplained_correlation(r, group, options);
  if (r.seeds.empty() || failing <= kFailing * options.correlation) return r;
  if (!too_large(group.patch)) {
    SeedGroup rough = group;
    rough.site.free = kPools;
    rough.site.background = std::make_shared<FreeBackground>(rough.site);
    ResolvedGroup among_pools = resolve_group(look, prior, rough, options);
    if (lack_of_evidence(among_pools, rough, options) < lack_of_evidence(r, group, options)) {
      group.site = std::move(rough.site);
      return among_pools;
    }
  }
  // Where the model fails more than on the seeds that taught it, a further seed must explain more to be one.
  ResolverOptions strict = options;
  strict.correlation = std::min(failing, kMostFailing * options.correlation);
  return resolve_group(look, prior, group, strict, r.seeds);
}

void split_heavy(const SeedAppearance& look, const SeedPrior& prior, const ResolverOptions& options, double usual_misfit,
                 const SeedGroup& group, ResolvedGroup& r) {
  const auto mass = [&](const FittedSeed& s) { return s.mass / (prior.axial_mass * look.relative_mass(s.axis[2], s.shade)); };
  std::vector<FittedSeed> heavy;
  for (const auto& s : r.seeds)
    if (mass(s) > std::exp(kHeavySigmas * prior.mass_log_sigma) &&
        ExplanationMoves::near(r.seeds, s.center_mm, kAboutMm).size() <= kMostAbout &&
        relative_misfit(look, group.site, r.seeds, s) < kWellFitting * usual_misfit)
      heavy.push_back(s);
  if (heavy.empty()) return;
  ResolverOptions same = options;
  same.correlation = r.correlation;
  const ExplanationMoves moves(look, prior, group, same);
  Trial best{r.seeds, moves.cost(r.seeds)};
  for (const auto& h : heavy) {
    const auto there = std::min_element(best.seeds.begin(), best.seeds.end(), [&](const FittedSeed& a, const FittedSeed& b) {
      return (a.center_mm - h.center_mm).norm() < (b.center_mm - h.center_mm).norm();
    });
    if ((there->center_mm - h.center_mm).norm() > kSameMm) continue;
    const FittedSeed one = *there;
    const Trial two = moves.applied(best, moves.split(ExplanationMoves::near(best.seeds, one.center_mm, kInfluenceMm), one,
                                                      ExplanationMoves::Thoroughness::every_side));
    if (two.cost.total() + same.seed_penalty > best.cost.total()) continue;
    // A clip of an odd mass can be split as well: into what has no seed's mass either.
    if (std::any_of(two.seeds.begin(), two.seeds.end(), [&](const FittedSeed& s) {
          return (s.center_mm - one.center_mm).norm() < kSplitMm && (mass(s) > kHeavy || mass(s) < 1.0 / kUnit);
        }))
      continue;
    best = two;
  }
  const auto more = static_cast<int>(best.seeds.size() - r.seeds.size());
  if (more == 0) return;
  r.seeds = std::move(best.seeds);
  refit_group(look, prior, group, same, r);
  // The first answer's doubt stays: which of the two is right rests on the mass alone.
  r.count.best += more;
  r.count.low = std::min(r.count.low, r.count.best - more);
  r.count.high = std::max(r.count.high, r.count.best);
}

}  // namespace seedaudit
