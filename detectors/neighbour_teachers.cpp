// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/parallel.h"
#include "detectors/calibration.h"
#include "detectors/cluster_resolver.h"
#include "detectors/look_teachers.h"

namespace seedaudit {
namespace {

// Where to begin. The last is a sharp kernel that ends at half a wave a detector element: clipped seeds show its rings.
struct NeighbourLook {
  double blur_mm, hardening_per_mm;
  double band_limit_per_mm = std::numeric_limits<double>::infinity();
};
constexpr std::array<NeighbourLook, 6> kNeighbourLooks{{{0.5, 1.0}, {0.7, 1.0}, {0.9, 1.0}, {0.7, 0.1}, {0.9, 0.1}, {0.43, 1.0, 0.85}}};
// Bounds within which seeds among neighbours may teach. Coils are many in one place; clips and droplets are not of one mass, so that their
// largest set of one mass is a small share.
constexpr int kMostOfAGroup = 12, kMostNeighbours = 5;
constexpr double kNeeded = 60.0, kNeighbourMisfit = 0.35, kNeighbourShare = 0.5;
// Where so many of all that are needed are of one mass, fit and do not crowd, nothing is there that could have taught instead.
constexpr double kAllOfThem = 0.9;
// What the look that they taught may leave unexplained of them: seeds then fit within 0.2, droplets and clips leave 0.3 and more.
constexpr double kTaughtMisfit = 0.22;
// About a neighbour, in the slice.
constexpr double kReachMm = 6.0;

// Seeds that agree, and the look that they and their like taught.
struct Taught {
  std::vector<LookTeacher> teachers;
  std::size_t needed = 0;  // objects of the scan that nothing else explains
  ScanCalibration calibration;

  bool by_all() const {
    return static_cast<double>(teachers.size()) >= kAllOfThem * static_cast<double>(needed) &&
           calibration.typical_misfit <= kTaughtAloneMisfit;
  }
};

struct Neighbours {
  std::vector<LookTeacher> fitting;  // that may be seeds, each without its neighbours
  std::size_t needed = 0;            // whether they fit or not
};

// What the groups hold under that look.
Neighbours find_neighbours(const ScanCalibration& start, const AppearanceParameters& p, const std::vector<SeedGroup>& groups) {
  const SeedAppearance look(p);
  ResolverOptions options;
  options.maximum_seeds = kMostOfAGroup;
  // Under a look that is not this scan's the shade of one by another is not its own either.
  options.shading = false;
  std::vector<Neighbours> part(groups.size());
  parallel_for(groups.size(), [&](std::size_t g) {
    if (!outshines_tissue(groups[g])) return;
    const ResolvedGroup r = resolve_group(look, start.prior, groups[g], options);
    for (std::size_t n = 0; n < r.seeds.size(); ++n) {
      const FittedSeed& s = r.seeds[n];
      const auto near =
          std::count_if(r.seeds.begin(), r.seeds.end(), [&](const FittedSeed& o) { return (o.center_mm - s.center_mm).norm() < kReachMm; });
      if (r.removal_cost[n] < kNeeded) continue;
      ++part[g].needed;
      if (near > kMostNeighbours) continue;
      const double misfit = relative_misfit(look, groups[g].site, r.seeds, s);
      const double mass = std::log(s.mass / (start.prior.axial_mass * look.relative_mass(s.axis[2], s.shade)));
      if (misfit > kNeighbourMisfit || std::abs(mass) > 2.0 * kSilverLogSigma) continue;
      FitSite site = crop_site(groups[g].site, {s.center_mm}, kReachMm, look.reach_z_mm(Eigen::Vector3d::UnitZ()));
      std::vector<float> others(site.count(), 0.0F);
      for (std::size_t m = 0; m < r.seeds.size(); ++m)
        if (m != n) add_seed_image(look, site, r.seeds[m], others);
      for (std::size_t v = 0; v < site.count(); ++v) site.hu[v] -= others[v];
      part[g].fitting.push_back({&groups[g], std::move(site), {s}, misfit});
    }
  });
  Neighbours all;
  for (Neighbours& in_group : part) {
    all.needed += in_group.needed;
    for (LookTeacher& t : in_group.fitting) all.fitting.push_back(std::move(t));
  }
  return all;
}

// Which of them are of one mass under the look that the best of them teach: under the look of the start seeds that lie along the slices and
// across them, or in one and in two, weigh differently.
Taught taught_from(const ScanCalibration& start, const AppearanceParameters& first, Neighbours neighbours, bool from_afar) {
  Taught out{{}, neighbours.needed, start};
  std::vector<LookTeacher>& all = neighbours.fitting;
  if (all.size() < kEnoughTeachers) return out;
  out.calibration.look = first;
  best_first(all);
  std::vector<LookTeacher> best = all;
  if (best.size() > kMostTeachers) best.resize(kMostTeachers);
  learn_look(start, {.from_afar = from_afar}, best, out.calibration);
  const SeedAppearance look(out.calibration.look);
  SeedPrior any = start.prior;
  any.mass_log_sigma = 2.0 * kSilverLogSigma;
  parallel_for(all.size(), [&](std::size_t n) {
    FitControl c;
    c.correlation = 1.0;
    refine_seeds(look, any, all[n].site, c, all[n].fit);
    all[n].misfit = relative_misfit(look, all[n].site, all[n].fit, all[n].fit.front());
  });
  out.teachers = alike_of(std::move(all), out.calibration.look, kNeighbourShare);
  if (out.teachers.size() < kEnoughTeachers) out.teachers.clear();
  return out;
}

}  // namespace

ScanCalibration calibrate_from_neighbours(const ScanCalibration& start, const std::vector<SeedGroup>& groups) {
  Taught best;
  for (const NeighbourLook& first : kNeighbourLooks) {
    AppearanceParameters look = start.look;
    look.blur_mm = first.blur_mm;
    look.hardening_per_mm = first.hardening_per_mm;
    look.band_limit_per_mm = first.band_limit_per_mm;
    Taught taught = taught_from(start, look, find_neighbours(start, look, groups), true);
    if (taught.teachers.size() <= best.teachers.size()) continue;
    // Under the look that they taught others show themselves.
    const AppearanceParameters& learned = taught.calibration.look;
    Taught again = taught_from(start, learned, find_neighbours(start, learned, groups), false);
    best = again.teachers.size() >= taught.teachers.size() ? std::move(again) : std::move(taught);
    if (best.by_all()) break;
  }
  if (best.teachers.empty()) return start;
  std::vector<LookTeacher>& teachers = best.teachers;
  ScanCalibration& out = best.calibration;
  const std::size_t alike = teachers.size();
  best_first(teachers);
  if (teachers.size() > kMostTeachers) teachers.resize(kMostTeachers);
  learn_look(start, {.from_afar = false}, teachers, out);
  if (auto good = teachers; keep_good(good), good.size() >= kEnoughTeachers && good.size() < teachers.size()) {
    teachers = std::move(good);
    learn_look(start, {.from_afar = false}, teachers, out);
  }
  out.alike = static_cast<int>(alike);
  out.among_others = true;
  out.share_of_needed = static_cast<double>(alike) / static_cast<double>(best.needed);
  out.rivals = out.share_of_needed < kAllOfThem || out.typical_misfit > kTaughtAloneMisfit;
  const bool plausible = std::abs(std::log(out.prior.axial_mass / start.prior.axial_mass)) < 2.0 * kSilverLogSigma;
  return plausible && out.typical_misfit < kTaughtMisfit ? out : start;
}

}  // namespace seedaudit
