// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/look_learning.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "detectors/look_teachers.h"
#include "detectors/median.h"

namespace seedaudit {
namespace {

// How far the logarithm of a seed's mass may be from physics: scans differ.
constexpr double kAnyMassSigma = 0.6;
// Bounds of the spread from seed to seed; it is drawn to the last but one by this many objects, and to the last where the teachers are few
// and may be other things. Of 6180 seeds found in 155 simulated implants half were within 0.02 of the middle one of their scan, 95 % within
// 0.09.
constexpr double kWidestMassSigma = 0.35, kNarrowestMassSigma = 0.08, kUsualWeight = 4.0, kUsualMassSigma = 0.1, kFewMassSigma = 0.2;
// Cores that stand all alike say little of hardening: what a body of usual size and voltage does is then the better guess.
constexpr double kUsualHardening = 1.0, kPerUnusual = 0.005;
// A band limit that leaves so much of the cost is there.
constexpr double kBandLimitGain = 0.98;
// Turns of learning, at most, and what of the cost another may leave without being worth one more.
constexpr int kLearningRounds = 4, kRelearningRounds = 2;
constexpr double kNoGain = 0.99;
constexpr double kFewestVoxels = 4.0;
constexpr int kIterations = 4;  // of the poses, for each look that is tried

// Voxels over which noise that went through the kernel is one: of a Gaussian 4 pi sigma^2 in the plane (the integral of its squared
// transfer), and as many slices as overlap.
double grain_voxels(const AppearanceParameters& p, const Eigen::Vector3d& spacing_mm) {
  const double in_plane = 4.0 * 3.14159265358979323846 * p.blur_mm * p.blur_mm / (spacing_mm[0] * spacing_mm[1]);
  return std::max(kFewestVoxels, in_plane * std::max(1.0, p.slice_mm / spacing_mm[2]));
}

// Mean over the teachers of chi2 a voxel, each bounded so that a clip among them cannot rule.
double judge(const AppearanceParameters& p, const SeedPrior& prior, const std::vector<LookTeacher>& some, int iterations) {
  const SeedAppearance look(p);
  std::vector<double> part(some.size());
  parallel_for(some.size(), [&](std::size_t n) {
    auto seeds = some[n].fit;
    FitControl c;
    c.iterations = iterations;
    c.correlation = 1.0;
    const FitCost cost = refine_seeds(look, prior, some[n].site, c, seeds);
    part[n] = std::min(10.0, cost.chi2 / static_cast<double>(some[n].site.count()));
  });
  const double unusual = std::log(p.hardening_per_mm / kUsualHardening);
  return std::accumulate(part.begin(), part.end(), 0.0) * (1.0 + kPerUnusual * unusual * unusual);
}

// Golden rule of a coarse grid: the best of the values, then the parabola through its neighbours.
template <class Set>
void tune(AppearanceParameters& p, const SeedPrior& prior, const std::vector<LookTeacher>& some, const std::vector<double>& values,
          Set set) {
  std::vector<double> cost;
  for (double v : values) {
    AppearanceParameters q = p;
    set(q, v);
    cost.push_back(judge(q, prior, some, kIterations));
  }
  const auto b = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  double best = values[b];
  if (b > 0 && b + 1 < values.size()) {
    const double h1 = values[b] - values[b - 1], h2 = values[b + 1] - values[b];
    const double d1 = (cost[b] - cost[b - 1]) / h1, d2 = (cost[b + 1] - cost[b]) / h2;
    const double curve = (d2 - d1) / (0.5 * (h1 + h2));
    if (curve > 0.0) best = std::clamp(values[b] - 0.5 * (d1 + d2) / curve, values[b - 1], values[b + 1]);
  }
  set(p, best);
}

// Where a kernel ends before its transfer is small, rings show, and what is left of it is wider than it seems: both at once. Without a
// limit it is simpler, and what explains as well.
void find_band_limit(AppearanceParameters& p, const SeedPrior& prior, const std::vector<LookTeacher>& some) {
  AppearanceParameters limited = p, unlimited = p;
  double least = std::numeric_limits<double>::infinity(), without = least;
  const auto consider = [&](double limit_per_mm, double blur_mm, AppearanceParameters& best, double& cost_of_best) {
    AppearanceParameters q = p;
    q.band_limit_per_mm = limit_per_mm;
    q.blur_mm = blur_mm;
    const double cost = judge(q, prior, some, kIterations);
    if (cost >= cost_of_best) return;
    cost_of_best = cost;
    best = q;
  };
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (std::isfinite(p.band_limit_per_mm)) {
    for (const double factor : {0.85, 0.92, 0.96, 1.0, 1.04, 1.08, 1.18}) consider(factor * p.band_limit_per_mm, p.blur_mm, limited, least);
    for (const double narrower : {1.0, 0.87}) consider(kNone, narrower * p.blur_mm, unlimited, without);
  } else {
    const double half = half_frequency_per_mm(p.blur_mm);
    for (const double limit : {1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 2.0, 2.2})
      for (const double wider : {1.0, 1.15, 1.3}) consider(limit * half, wider * p.blur_mm, limited, least);
    consider(kNone, p.blur_mm, unlimited, without);
  }
  p = least < kBandLimitGain * without ? limited : unlimited;
}

// The look alone, in turns: what one parameter lacks the others make up for, so that each is right only beside the others.
void learn_shape(const SeedPrior& prior, const LookQuestions& ask, const std::vector<LookTeacher>& some, AppearanceParameters& p) {
  using P = AppearanceParameters;
  const auto learn = [&](double P::*what, const std::vector<double>& values) {
    tune(p, prior, some, values, [what](P& q, double v) { q.*what = v; });
  };
  const auto about = [&](double P::*what, std::vector<double> factors) {
    for (double& f : factors) f *= p.*what;
    learn(what, factors);
  };
  if (ask.from_afar) {
    learn(&P::blur_mm, {0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 1.0, 1.15});
    if (ask.hardening) learn(&P::hardening_per_mm, {0.02, 0.1, 0.3, 0.6, 1.0, 1.8, 3.0});
    learn(&P::slice_blur_mm, {0.1, 0.2, 0.3, 0.4, 0.7, 1.0});
  }
  double before = judge(p, prior, some, kIterations);
  for (int round = 0; round < (ask.from_afar ? kLearningRounds : kRelearningRounds); ++round) {
    // How fast the kernel falls off tells in the flanks.
    learn(&P::roll_off, {2.0, 2.5, 3.0, 4.0});
    about(&P::blur_mm, {0.8, 0.9, 1.0, 1.1, 1.2});
    // What shows no end at first has none.
    if (round == 0 || std::isfinite(p.band_limit_per_mm)) find_band_limit(p, prior, some);
    if (ask.hardening) about(&P::hardening_per_mm, {0.4, 0.65, 1.0, 1.5, 2.5});
    if (p.end_mm > 0.0) learn(&P::end_share, {0.0, 0.015, 0.03, 0.045, 0.06});
    about(&P::slice_blur_mm, {0.6, 0.8, 1.0, 1.25, 1.6});
    if (ask.slice_thickness) about(&P::slice_mm, {0.7, 0.85, 1.0, 1.2, 1.5});
    const double now = judge(p, prior, some, kIterations);
    if (now > kNoGain * before) break;
    before = now;
  }
}

}  // namespace

void learn_look(const ScanCalibration& start, const LookQuestions& ask, std::vector<LookTeacher>& some, ScanCalibration& out) {
  SeedPrior loose = start.prior;
  loose.mass_log_sigma = kAnyMassSigma;
  learn_shape(loose, ask, some, out.look);
  const SeedAppearance look(out.look);
  std::vector<double> log_mass(some.size(), 0.0), misfit(some.size(), 0.0), chi(some.size());
  parallel_for(some.size(), [&](std::size_t n) {
    FitControl c;
    c.correlation = 1.0;
    const FitCost cost = refine_seeds(look, loose, some[n].site, c, some[n].fit);
    for (const FittedSeed& s : some[n].fit) {
      log_mass[n] += std::log(s.mass / look.relative_mass(s.axis[2], s.shade)) / static_cast<double>(some[n].fit.size());
      misfit[n] += relative_misfit(look, some[n].site, some[n].fit, s) / static_cast<double>(some[n].fit.size());
    }
    some[n].misfit = misfit[n];
    chi[n] = cost.chi2 / static_cast<double>(some[n].site.count());
  });
  const double center = median(log_mass);
  std::vector<double> deviation;
  for (double m : log_mass) deviation.push_back(std::abs(m - center));
  // Few objects say little about their spread.
  const auto n = static_cast<double>(some.size());
  const double spread = 1.4826 * median(deviation);
  const double usual = some.size() < kFewTeachers ? kFewMassSigma : kUsualMassSigma;
  out.prior.mass_log_sigma = std::clamp(std::sqrt((n * spread * spread + kUsualWeight * usual * usual) / (n + kUsualWeight)),
                                        kNarrowestMassSigma, kWidestMassSigma);
  const double weight = n / (n + 1.0);
  out.prior.axial_mass = std::exp(weight * center + (1.0 - weight) * std::log(start.prior.axial_mass));
  out.typical_misfit = (n * median(misfit) + 2.0 * 0.2) / (n + 2.0);
  // Noise has the grain of the kernel, and what the model leaves is smooth over the blur: chi2 a voxel times the voxels of the blur.
  out.correlation = std::max(grain_voxels(out.look, some.front().group->patch.spacing_mm), 4.0 * median(chi));
}

}  // namespace seedaudit
