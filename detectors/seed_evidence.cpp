// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_evidence.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "detectors/seed_shade.h"

namespace seedaudit {
namespace {

// Log odds. A clean fit of the right mass that nothing else explains starts near 0.995; what follows is taken from that.
constexpr double kClean = 5.5;
constexpr double kUnlearned = 4.0;  // no seed of this scan has told its look
// Masses of seeds of one scan spread by clipped voxels, tilt and position in the slice by about an eighth, however alike the isolated ones.
constexpr double kLeastMassSigma = 0.08, kMostMassSigma = 0.13;
constexpr std::size_t kEnoughForMass = 4;
constexpr double kShareOfMass = 0.25;
// Seeds that lie alone tell their mass to about an eighth. A mode farther off than twice that is of other objects.
// Where they disagree among themselves (a pair taken for one, a clip), it may be off by twice their spread.
constexpr double kMostCorrection = 0.3, kCorrectionSigmas = 2.0;
constexpr double kOutvoted = 3.0, kMostOfMass = 0.5;
constexpr double kAlikeMass = 0.15, kAlikeNeeded = 40.0;
// Among a hundred droplets some are of any mass: seeds of one scan are alike as a rule, not by exception.
constexpr double kAlikeShare = 0.25;
// Surgical clips are up to so long, and their legs of one mass; what deviates far less than its neighbours is another thing.
constexpr double kClipMm = 8.0, kAsLight = 6.0;
// Seeds that shade each other lose up to a third: the tails are long (Student's t of about four degrees of freedom).
constexpr double kPerMass = 3.0;
// The model leaves a tenth to a seventh of an isolated seed unexplained; beyond 1.4 times that it is another shape.
constexpr double kLeastMisfit = 0.09, kMostMisfit = 0.16, kMisfitFree = 1.4, kPerMisfit = 4.0, kMisfitAtMost = 9.0;
// How an uneven needle shades its seeds is known less well.
constexpr double kMisfitShadow = 0.8;
// What neighbours could explain as well.
constexpr double kIndependent = 0.3, kPerDependence = 10.0;
constexpr double kLittleNeeded = 60.0, kPerLittle = 3.0;
// Needles lie 5 mm and more apart and seeds 4.5 mm along them: a pair, a T or a knot of three is real, a ball of ten is a coil.
constexpr int kTouchingFree = 2, kCrowdFree = 4;
constexpr double kPerTouching = 3.0, kPerCrowd = 1.0, kCrowdAtMost = 8.0;
// Capsules do not share space; fitted poses of touching seeds are good to about this, mm.
constexpr double kOverlapFree = 0.25, kPerOverlap = 10.0, kOverlapAtMost = 6.0;
constexpr double kPerDoubted = 0.7, kDoubtedAtMost = 4.0;
constexpr double kBone = 7.0;
// Half the difference of costs is a log likelihood ratio; the rod's table is coarse, so less of it counts.
// A seed beside a clip is not seen alone either.
constexpr double kPerSolid = 0.15, kSolidAtMost = 8.0, kAloneAtMost = 4.0;
constexpr double kTouchingMm = 2.5, kCrowdMm = 6.0, kDoubtMm = 8.0, kSameMm = 2.0;
// Log odds above which what was doubted may be a seed after all, unless another took its place: the upper end of the count.
constexpr double kPossible = -2.5;
// The same where one thing alone speaks against it.
constexpr double kPossibleOtherwise = -5.0;
// What weighs as two seeds (within a fifth in the logarithm) leaves room for both: its mass alone speaks against one.
constexpr double kTwoSeeds = 0.69315, kAboutTwo = 0.2;
// Log odds without its misfit from which nothing else speaks against it. In lipiodol and beside metal a quarter of what so fits is a seed.
constexpr double kClearButForMisfit = 2.0;
// Log odds above which what was doubted is asked once more.
constexpr double kNearly = -1.5;
// Log odds below which it is out of the question.
constexpr double kOutOfQuestion = -9.0;
// Log odds below which none is better for a worse neighbour's going: the loops of a coil are dozens.
constexpr double kHopeless = -8.0;

// What speaks for and against one seed.
struct SeedEvidence {
  double mass_log = 0.0;     // ln of its mass over that of a seed of this tilt in this scan
  double knot_z2 = 0.0;      // squared deviations of the masses of the seeds it touches and its own
  double misfit = 1.0;       // relative misfit
  double shadow = 0.0;       // other cores in line with it
  double needed = 0.0;       // by how much the explanation worsens without it
  double independent = 0.0;  // share of what it explains that the others could not: 1 alone, a quarter in a touching pair
  int touching = 0;          // other seeds nearer than 2.5 mm, centre to centre
  int crowding = 0;          // other seeds nearer than 6 mm
  double overlap_mm = 0.0;   // by how much its capsule and another's share space
  double solid = 0.0;        // advantage of one solid rod over the knot it belongs to
  double alone = 0.0;        // advantage of one solid rod over it alone
  int doubted = 0;           // seeds found unbelievable nearer than 8 mm
  double bone = 0.0;         // 1: in a dense body that it does not outshine; 0: elsewhere, or brighter than bone can be
};

double usual_misfit(const ScanCalibration& calibration) { return std::clamp(calibration.typical_misfit, kLeastMisfit, kMostMisfit); }

double log_odds(const SeedEvidence& e, const ScanCalibration& calibration) {
  const double misfit = e.misfit / usual_misfit(calibration);
  double odds = kClean;
  odds -= kPerMass * std::log1p(0.25 * e.knot_z2);
  odds -= std::min(kMisfitAtMost, kPerMisfit * std::max(0.0, misfit - kMisfitFree - kMisfitShadow * std::min(1.0, e.shadow)));
  odds -= kPerDependence * std::max(0.0, kIndependent - e.independent);
  odds -= kPerLittle * std::max(0.0, 1.0 - e.needed / kLittleNeeded);
  odds -= std::min(kCrowdAtMost, kPerTouching * std::max(0, e.touching - kTouchingFree) + kPerCrowd * std::max(0, e.crowding - kCrowdFree));
  odds -= std::min(kOverlapAtMost, kPerOverlap * std::max(0.0, e.overlap_mm - kOverlapFree));
  odds -= std::min(kSolidAtMost, kPerSolid * std::max(0.0, e.solid));
  odds -= std::min(kAloneAtMost, kPerSolid * std::max(0.0, e.alone));
  odds -= std::min(kDoubtedAtMost, kPerDoubted * e.doubted);
  odds -= kBone * e.bone;
  if (!calibration.taught_by_seeds()) odds -= kUnlearned;
  return odds;
}

double mass_log_of(const SeedAppearance& look, const SeedPrior& prior, const FittedSeed& s) {
  return std::log(std::max(1.0, s.mass) / (prior.axial_mass * look.relative_mass(s.axis[2], s.shade)));
}

// What the seed explains if nothing else does.
double own_evidence(const SeedAppearance& look, const ScanCalibration& calibration, FitSite site, const FittedSeed& s, double correlation) {
  std::vector<float> image(site.count(), 0.0F);
  add_seed_image(look, site, s, image);
  site.hu = std::move(image);
  for (auto& c : site.clip) c = VoxelPatch::kNone;
  return cost_of(look, calibration.prior, site, {}, correlation).chi2;
}

double bone_around(const SeedGroup& group, const FitSite& site, const FittedSeed& s) {
  bool inside = false;
  double peak = -1e9;
  for (const auto& c : site.columns) {
    if (std::hypot(c.x_mm - s.center_mm[0], c.y_mm - s.center_mm[1]) > 2.0) continue;
    for (std::size_t v = c.begin; v < c.end; ++v) {
      inside = inside || group.is_dense[site.in_patch[v]];
      peak = std::max(peak, static_cast<double>(group.patch.hu[site.in_patch[v]]));
    }
  }
  if (!inside) return 0.0;
  return std::clamp((1.5 * group.dense_top_hu - peak) / (0.5 * group.dense_top_hu), 0.0, 1.0);
}

int count_near(const std::vector<FittedSeed>& seeds, const FittedSeed& s, double mm) {
  return static_cast<int>(
      std::count_if(seeds.begin(), seeds.end(), [&](const FittedSeed& o) { return (o.center_mm - s.center_mm).norm() < mm; }));
}

std::vector<SeedEvidence> weigh_evidence(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids,
                                         const SeedGroup& group, const ResolvedGroup& r) {
  const SeedPrior& prior = calibration.prior;
  std::vector<SeedEvidence> all(r.seeds.size());
  for (std::size_t n = 0; n < r.seeds.size(); ++n) {
    const FittedSeed& s = r.seeds[n];
    const FitSite site = crop_site(group.site, {s.center_mm}, 6.0, look.reach_z_mm(s.axis));
    SeedEvidence& e = all[n];
    e.mass_log = mass_log_of(look, prior, s);
    e.knot_z2 = std::pow(e.mass_log / std::max(kLeastMassSigma, prior.mass_log_sigma), 2);
    e.misfit = relative_misfit(look, group.site, r.seeds, s);
    e.shadow = seeds_in_line(look, r.seeds, n, *group.site.beyond);
    e.needed = n < r.removal_cost.size() ? r.removal_cost[n] : 0.0;
    e.independent = e.needed / std::max(1.0, own_evidence(look, calibration, site, s, calibration.correlation));
    e.touching = count_near(r.seeds, s, kTouchingMm) - 1;
    e.crowding = count_near(r.seeds, s, kCrowdMm) - 1;
    e.doubted = static_cast<int>(std::count_if(r.doubted.begin(), r.doubted.end(), [&](const FittedSeed& o) {
      // What a seed that stayed explains was one seed taken for two.
      return (o.center_mm - s.center_mm).norm() < kDoubtMm && count_near(r.seeds, o, kSameMm) == 0;
    }));
    for (std::size_t m = 0; m < r.seeds.size(); ++m) {
      if (m == n || (r.seeds[m].center_mm - s.center_mm).norm() > prior.capsule_length_mm) continue;
      const double gap = capsule_distance_mm(s, r.seeds[m], prior.capsule_length_mm, prior.capsule_diameter_mm);
      e.overlap_mm = std::max(e.overlap_mm, prior.capsule_diameter_mm - gap);
    }
    e.bone = bone_around(group, site, s);
  }
  std::vector<double> own;  // squared deviation of each one's mass
  own.reserve(all.size());
  for (const auto& e : all) own.push_back(e.knot_z2);
  for (const auto& knot : knots_of(r.seeds, prior)) {
    // The legs of a clip are light together, and much alike. A seed of full mass that touches them is not one of them, nor is what lies
    // farther along the same needle.
    const auto light = [&](std::size_t n) { return all[n].mass_log < 0.0 && own[n] > 1.0; };
    for (auto n : knot) {
      if (!light(n)) continue;
      double z2 = 0.0;
      for (auto m : knot)
        if (light(m) && (r.seeds[m].center_mm - r.seeds[n].center_mm).norm() < kClipMm) z2 += own[m];
      all[n].knot_z2 = std::min(z2, kAsLight * own[n]);
    }
    const double solid = solids.advantage(calibration, look, group, r, knot);
    for (auto n : knot) all[n].solid = solid;
  }
  // What fits as well as the seeds that taught the scan needs no other name, nor what goes anyway.
  for (std::size_t n = 0; n < all.size(); ++n)
    if (all[n].misfit > usual_misfit(calibration) && log_odds(all[n], calibration) > 0.0)
      all[n].alone = solids.advantage_over_one(calibration, look, group, r, n);
  return all;
}

std::vector<double> log_odds_of(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids,
                                const SeedGroup& group, const ResolvedGroup& r) {
  std::vector<double> odds;
  for (const auto& e : weigh_evidence(look, calibration, solids, group, r)) odds.push_back(log_odds(e, calibration));
  return odds;
}

SeedSigns signs_of(const SeedEvidence& e, const ScanCalibration& calibration) {
  return {.log_odds = log_odds(e, calibration),
          .mass_log = e.mass_log,
          .needed = e.needed,
          .independent = e.independent,
          .solid = e.solid,
          .touching = e.touching,
          .crowding = e.crowding};
}

// Sorts the masses; where, from first to before last, most of them lie within what seeds of one scan differ by.
std::pair<std::size_t, std::size_t> densest(std::vector<double>& mass_log) {
  std::sort(mass_log.begin(), mass_log.end());
  std::size_t first = 0, last = 0;
  for (std::size_t a = 0, b = 0; a < mass_log.size(); ++a) {
    while (b < mass_log.size() && mass_log[b] - mass_log[a] < 2.0 * kMostMassSigma) ++b;
    if (b - a <= last - first) continue;
    first = a;
    last = b;
  }
  return {first, last};
}

// Of two that doubt each other the better goes first where it is the fainter; once the other has gone too, it may be believed.
void give_second_chance(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                        const ResolverOptions& options, const std::vector<FittedSeed>& nearly, ResolvedGroup& r) {
  for (const FittedSeed& again : nearly) {
    if (count_near(r.seeds, again, kSameMm) > 0) continue;
    ResolvedGroup with = r;
    with.seeds.push_back(again);
    std::erase_if(with.doubted, [&](const FittedSeed& d) { return d.center_mm == again.center_mm; });
    std::erase_if(with.possible, [&](const PossibleSeed& d) { return d.seed.center_mm == again.center_mm; });
    refit_group(look, calibration.prior, group, options, with);
    const std::vector<double> odds = log_odds_of(look, calibration, solids, group, with);
    if (std::all_of(odds.begin(), odds.end(), [](double o) { return o > 0.0; })) r = std::move(with);
  }
}

}  // namespace

int count_alike(const SeedAppearance& look, const ScanCalibration& calibration, const std::vector<SeedGroup>& groups,
                const std::vector<ResolvedGroup>& resolved) {
  int alike = 0, all = 0;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t n = 0; n < resolved[g].seeds.size(); ++n) {
      const FittedSeed& s = resolved[g].seeds[n];
      ++all;
      if (std::abs(mass_log_of(look, calibration.prior, s)) > kAlikeMass || resolved[g].removal_cost[n] < kAlikeNeeded) continue;
      alike += relative_misfit(look, groups[g].site, resolved[g].seeds, s) < kMostMisfit ? 1 : 0;
    }
  return alike >= kAlikeShare * all ? alike : 0;
}

void agree_on_mass(const SeedAppearance& look, const std::vector<SeedGroup>& groups, const std::vector<ResolvedGroup>& resolved,
                   ScanCalibration& calibration) {
  if (!calibration.learned()) return;
  std::vector<double> mass;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t n = 0; n < resolved[g].seeds.size(); ++n) {
      const FittedSeed& s = resolved[g].seeds[n];
      if (resolved[g].removal_cost[n] < kAlikeNeeded) continue;
      if (relative_misfit(look, groups[g].site, resolved[g].seeds, s) > kMostMisfit) continue;
      mass.push_back(mass_log_of(look, calibration.prior, s));
    }
  const auto [first, last] = densest(mass);
  const auto n = static_cast<double>(last - first);
  if (last - first < kEnoughForMass || n < kShareOfMass * static_cast<double>(mass.size())) {
    calibration.of_many_masses = calibration.among_others;
    return;
  }
  const double center = mass[(first + last) / 2];
  if (std::abs(center) > std::max(kMostCorrection, kCorrectionSigmas * calibration.prior.mass_log_sigma)) {
    calibration.masses_disagree = true;
    // Three pairs that passed for one each may have taught the scan: so many more than taught, and most of all, are right all the same.
    const bool outvoted =
        n >= kOutvoted * std::max(calibration.isolated, calibration.alike) && n >= kMostOfMass * static_cast<double>(mass.size());
    if (!outvoted) return;
  }
  std::vector<double> apart;
  for (std::size_t m = first; m < last; ++m) apart.push_back(std::abs(mass[m] - center));
  std::sort(apart.begin(), apart.end());
  const double spread = 1.4826 * apart[apart.size() / 2];
  calibration.prior.axial_mass *= std::exp(center);
  calibration.prior.mass_log_sigma = std::clamp(spread, kLeastMassSigma, kMostMassSigma);
}

void judge_seeds(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                 ResolvedGroup& r) {
  r.signs.clear();
  for (const auto& e : weigh_evidence(look, calibration, solids, group, r)) r.signs.push_back(signs_of(e, calibration));
}

void keep_believable(const SeedAppearance& look, const ScanCalibration& calibration, const SolidObjects& solids, const SeedGroup& group,
                     const ResolverOptions& options, ResolvedGroup& r) {
  // What falls for the scan's sake alone, which has not told its look, may be a seed as before.
  const double scan_doubt = calibration.taught_by_seeds() ? 0.0 : kUnlearned;
  std::vector<FittedSeed> nearly, partners;
  while (!r.seeds.empty()) {
    const std::vector<SeedEvidence> evidence = weigh_evidence(look, calibration, solids, group, r);
    std::vector<double> odds;
    for (const auto& e : evidence) odds.push_back(log_odds(e, calibration));
    std::vector<FittedSeed> kept;
    for (std::size_t n = 0; n < r.seeds.size(); ++n) {
      bool worst = odds[n] < 0.0;
      for (std::size_t m = 0; m < r.seeds.size() && worst && odds[n] > kHopeless; ++m)
        if (odds[m] < odds[n] && (r.seeds[m].center_mm - r.seeds[n].center_mm).norm() < kDoubtMm) worst = false;
      if (!worst) {
        kept.push_back(r.seeds[n]);
        continue;
      }
      r.doubted.push_back(r.seeds[n]);
      // What its size alone speaks against may be a seed beside something else, and what goes with a neighbour may have been right.
      SeedEvidence of_any_size = evidence[n], by_itself = evidence[n];
      of_any_size.alone = 0.0;
      by_itself.doubted = 0;
      const bool but_for_size = log_odds(of_any_size, calibration) > 0.0;
      // Two that touch may look like one rod where the look is not quite theirs: no seeds, but room for them.
      of_any_size.solid = 0.0;
      const bool but_for_shape = log_odds(of_any_size, calibration) > 0.0;
      // What touched it loses its shape with it: room for both.
      const bool left_alone = count_near(partners, r.seeds[n], kSameMm) > 0;
      if (but_for_shape && evidence[n].solid > 0.0)
        for (std::size_t m = 0; m < r.seeds.size(); ++m)
          if (m != n && (r.seeds[m].center_mm - r.seeds[n].center_mm).norm() < kTouchingMm) partners.push_back(r.seeds[m]);
      // A touching pair that no fit told apart weighs as two; where one of it went before, it has its room already.
      const bool of_two = std::abs(evidence[n].mass_log - kTwoSeeds) < kAboutTwo;
      const bool both = of_two && std::none_of(r.possible.begin(), r.possible.end(), [&](const PossibleSeed& p) {
                          return p.open && (p.seed.center_mm - r.seeds[n].center_mm).norm() < kTouchingMm;
                        });
      SeedEvidence of_any_look = by_itself;
      of_any_look.misfit = 0.0;
      const bool but_for_look = log_odds(of_any_look, calibration) > kClearButForMisfit - scan_doubt;
      const double least = (of_two || but_for_look ? kPossibleOtherwise : kPossible) - scan_doubt;
      const bool open = but_for_shape || left_alone || log_odds(by_itself, calibration) > least;
      if (open || odds[n] > kOutOfQuestion) {
        PossibleSeed& p = r.possible.emplace_back(
            PossibleSeed{r.seeds[n], signs_of(evidence[n], calibration), open && both ? 2 : 1, open, 0.0, r.axis_of(n).spread});
        if (of_two) p.seed.mass *= 0.5;
      }
      if (but_for_size || odds[n] > kNearly - scan_doubt) nearly.push_back(r.seeds[n]);
    }
    if (kept.size() == r.seeds.size()) break;
    r.seeds = std::move(kept);
    refit_group(look, calibration.prior, group, options, r);
  }
  if (r.doubted.empty()) return;
  give_second_chance(look, calibration, solids, group, options, nearly, r);
  std::erase_if(r.possible, [&](const PossibleSeed& p) { return count_near(r.seeds, p.seed, kSameMm) > 0; });
  int almost = 0;
  for (const auto& p : r.possible) almost += p.open ? p.count : 0;
  const int n = static_cast<int>(r.seeds.size());
  r.count = {n, std::min(r.count.low, n), std::min(r.count.high, n + 1)};
  r.count.high = std::max(r.count.high, n + almost);
}

}  // namespace seedaudit
