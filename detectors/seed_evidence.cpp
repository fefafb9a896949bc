// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_evidence.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

// Masses of seeds of one scan spread by the clipped voxels, the tilt and the position in the slice; beyond these it is another object.
constexpr double kLightest = 0.55;
constexpr double kHeaviest = 1.9;
constexpr double kWorstMisfit = 3.0;     // of the isolated seeds'
constexpr double kWorstAbsolute = 0.36;  // whatever the isolated ones are: a third of the signal unexplained is another shape

bool believable(const SeedEvidence& e) {
  return e.mass_ratio > kLightest && e.mass_ratio < kHeaviest && e.misfit_ratio < kWorstMisfit && e.misfit < kWorstAbsolute &&
         e.needed > 0.0;
}

}  // namespace

SeedEvidence weigh_evidence(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, const ResolvedGroup& r,
                            std::size_t seed) {
  const FittedSeed& s = r.seeds[seed];
  SeedEvidence e;
  e.mass_ratio = s.mass / (calibration.prior.axial_mass * look.relative_mass(s.axis[2]));
  e.misfit = relative_misfit(look, group.site, r.seeds, s);
  e.misfit_ratio = e.misfit / std::max(0.05, calibration.typical_misfit);
  e.needed = seed < r.removal_cost.size() ? r.removal_cost[seed] : 0.0;
  return e;
}

double confidence_of(const SeedEvidence& e, const ScanCalibration& calibration) {
  const double z = std::log(std::max(1e-3, e.mass_ratio)) / std::max(0.15, calibration.prior.mass_log_sigma);
  // Log odds: a clean fit of the right mass that nothing else explains starts near 0.995.
  double odds = 5.5;
  odds -= 0.5 * z * z;
  odds -= 2.0 * std::max(0.0, e.misfit_ratio - 1.3);
  odds -= 3.0 * std::max(0.0, 1.0 - e.needed / 60.0);
  if (calibration.isolated < 3) odds -= 1.0;
  return 1.0 / (1.0 + std::exp(-odds));
}

void keep_believable(const SeedAppearance& look, const ScanCalibration& calibration, const SeedGroup& group, const ResolverOptions& options,
                     ResolvedGroup& r) {
  while (!r.seeds.empty()) {
    std::vector<FittedSeed> kept;
    for (std::size_t n = 0; n < r.seeds.size(); ++n)
      if (believable(weigh_evidence(look, calibration, group, r, n))) kept.push_back(r.seeds[n]);
    if (kept.size() == r.seeds.size()) return;
    r.seeds = kept;
    r.removal_cost.clear();
    r.covariance.clear();
    r.count = {static_cast<int>(kept.size()), std::min(r.count.low, static_cast<int>(kept.size())),
               std::min(r.count.high, static_cast<int>(kept.size()) + 1)};
    if (kept.empty()) {
      r.count = {};
      return;
    }
    FitControl c;
    c.iterations = 8;
    c.correlation = options.correlation;
    r.cost = refine_seeds(look, calibration.prior, group.site, c, r.seeds, &r.covariance);
    for (std::size_t n = 0; n < r.seeds.size(); ++n) {
      auto fewer = r.seeds;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(n));
      r.removal_cost.push_back(cost_of(look, calibration.prior, group.site, fewer, options.correlation).total() - r.cost.total());
    }
  }
}

}  // namespace seedaudit
