// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "detectors/cluster_resolver.h"
#include "detectors/look_learning.h"
#include "detectors/shade_across.h"

namespace seedaudit {
namespace {

// Silver at 60-80 keV attenuates 0.15-0.3 million HU; hardened in half a millimetre and seen by a real detector, about 130 thousand are
// left: 75 thousand HU mm^3 for a 3 x 0.5 mm core along z. From scan to scan (kV, kernel, body size) the mass moves by about a third.
constexpr double kSilverHu = 130000.0;
constexpr double kSilverLogSigma = 0.35;
constexpr std::size_t kMostIsolated = 14;
// From the end of a capsule to the middle of its weld.
constexpr double kEndMm = 0.25;
constexpr std::size_t kEnoughIsolated = 3, kFewIsolated = 7;
constexpr double kAlike = 0.12;         // spread of ln(mass) of seeds of one scan, as kLeastMassSigma in seed_evidence
constexpr double kAlikeAtStart = 0.35;  // the same under a look that was not learned: tilts are then weighed wrongly
// Of starts that explain as many the first counts.
struct OtherScanner {
  double wider = 1.0;  // slice profile over the stated one
  double hardening = 1.0;
  double blur_mm = 0.5;
  double roll_off = 2.0;
  double band_limit_per_mm = std::numeric_limits<double>::infinity();
};
// Detector elements are 0.5 to 0.6 mm wide at the isocentre: a sharp kernel ends at half a wave each.
constexpr std::array<OtherScanner, 12> kOtherScanners{{{.blur_mm = 0.5},
                                                       {.blur_mm = 0.35},
                                                       {.blur_mm = 0.5, .roll_off = 3.0},
                                                       {.blur_mm = 0.35, .roll_off = 3.0},
                                                       {.hardening = 0.3, .blur_mm = 0.35},
                                                       {.hardening = 0.4, .blur_mm = 0.5},
                                                       {.hardening = 0.1, .blur_mm = 0.7},
                                                       {.hardening = 0.1, .blur_mm = 0.9},
                                                       {.wider = 1.6, .blur_mm = 0.7},
                                                       {.wider = 1.6, .hardening = 0.1, .blur_mm = 0.9},
                                                       {.wider = 2.4, .blur_mm = 0.7},
                                                       {.blur_mm = 0.43, .band_limit_per_mm = 0.85}}};
// Seeds among neighbours: bounds within which they may teach where none lies alone. Coils are many in one place; clips and droplets are not
// of one mass, so that their largest set of one mass is a small share.
constexpr std::array<std::array<double, 2>, 5> kNeighbourLooks{
    {{0.5, 1.0}, {0.7, 1.0}, {0.9, 1.0}, {0.7, 0.1}, {0.9, 0.1}}};  // blur, hardening
constexpr int kMostOfAGroup = 12, kMostNeighbours = 5;
constexpr double kNeeded = 60.0, kNeighbourMisfit = 0.35, kNeighbourShare = 0.5;
// What the look that they taught may leave unexplained of them: seeds then fit within 0.2, droplets and clips leave 0.3 and more.
constexpr double kTaughtMisfit = 0.22;
// Of seeds that lie alone it leaves 0.11 to 0.17.
constexpr double kTaughtAloneMisfit = 0.2;
// A seed under the physical start fits within a fifth to a quarter; bone, lipiodol and contrast do not.
constexpr double kIsolatedMisfit = 0.3;
constexpr double kMuchWorse = 1.6;

// The largest set of one mass; none where it is less than that share of them all.
std::vector<LookTeacher> alike_of(std::vector<LookTeacher> some, const AppearanceParameters& p, double share, double width = 2.0 * kAlike) {
  const SeedAppearance look(p);
  const auto log_mass = [&](const LookTeacher& s) { return std::log(s.fit.front().mass / look.relative_mass(s.fit.front().axis[2])); };
  std::stable_sort(some.begin(), some.end(), [&](const LookTeacher& a, const LookTeacher& b) { return log_mass(a) < log_mass(b); });
  std::size_t first = 0, last = 0;
  for (std::size_t a = 0, b = 0; a < some.size(); ++a) {
    while (b < some.size() && log_mass(some[b]) - log_mass(some[a]) < width) ++b;
    if (b - a <= last - first) continue;
    first = a;
    last = b;
  }
  if (static_cast<double>(last - first) < share * static_cast<double>(some.size())) return {};
  return {some.begin() + static_cast<std::ptrdiff_t>(first), some.begin() + static_cast<std::ptrdiff_t>(last)};
}

void best_first(std::vector<LookTeacher>& some) {
  std::stable_sort(some.begin(), some.end(), [](const LookTeacher& a, const LookTeacher& b) { return a.misfit < b.misfit; });
}

// Best first; the best third sets what is good here: an object much worse is another kind.
void keep_good(std::vector<LookTeacher>& some) {
  if (some.empty()) return;
  best_first(some);
  const double good = some[some.size() / 3].misfit;
  std::erase_if(some, [&](const LookTeacher& s) { return s.misfit > kMuchWorse * good; });
}

// Which of the objects one seed of that look explains, best first, and how.
std::vector<LookTeacher> explained_alone(const ScanCalibration& start, std::vector<LookTeacher> some, const SeedPrior& loose) {
  const SeedAppearance first(start.look);
  ResolverOptions one;
  one.maximum_seeds = 1;
  parallel_for(some.size(), [&](std::size_t n) {
    some[n].fit = resolve_group(first, loose, *some[n].group, one).seeds;
    if (!some[n].fit.empty()) some[n].misfit = relative_misfit(first, some[n].site, some[n].fit, some[n].fit.front());
  });
  std::erase_if(some, [&](const LookTeacher& s) {
    if (s.fit.empty() || !(s.misfit < kIsolatedMisfit)) return true;
    const double ratio = s.fit.front().mass / (start.prior.axial_mass * first.relative_mass(s.fit.front().axis[2]));
    return !(ratio > 0.4 && ratio < 2.2);
  });
  keep_good(some);
  return some;
}

// Objects that lie alone lie in line with others all the same: takes from each what the others show there.
void shade_teachers(const SeedAppearance& look, std::vector<LookTeacher>& some) {
  std::vector<FittedSeed> all;
  for (const LookTeacher& t : some) all.push_back(t.fit.front());
  parallel_for(some.size(), [&](std::size_t n) {
    std::vector<FittedSeed> others = all;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(n));
    shade_site(look, some[n].fit, others, some[n].site);
  });
}

}  // namespace

ScanCalibration physical_calibration(const ScanStatistics& scan, double slice_spacing_mm, const DetectorOptions& options, double density) {
  ScanCalibration c;
  c.look.core_length_mm = options.core_length();
  const bool cored = options.core_length() < options.capsule_length_mm;
  c.look.core_diameter_mm = cored ? 0.625 * options.capsule_diameter_mm : options.capsule_diameter_mm;
  if (cored) c.look.end_mm = 0.5 * options.capsule_length_mm - kEndMm;
  c.look.blur_mm = 0.7;
  c.look.slice_mm = std::max(scan.slice_thickness_mm, slice_spacing_mm);
  c.look.slice_blur_mm = 0.3;
  c.look.hardening_per_mm = 1.0;
  const double radius = 0.5 * c.look.core_diameter_mm;
  c.prior.axial_mass = density * kSilverHu * 3.14159265358979323846 * radius * radius * c.look.core_length_mm;
  c.prior.mass_log_sigma = kSilverLogSigma;
  c.prior.capsule_length_mm = options.capsule_length_mm;
  c.prior.capsule_diameter_mm = options.capsule_diameter_mm;
  return c;
}

double weakest_peak_hu(const ScanCalibration& c, const ScanStatistics& scan, double slice_spacing_mm) {
  // Twice the standard deviation of the mass below, a soft kernel (0.9 mm), half in each of two slices.
  const bool learned = c.isolated >= 3;
  const double blur = learned ? c.look.blur_mm : std::max(0.9, c.look.blur_mm);
  const double mass = 0.8 * c.prior.axial_mass * std::exp(-1.5 * c.prior.mass_log_sigma);
  const double along = std::erf(0.5 * c.look.core_length_mm / (std::sqrt(2.0) * blur)) / c.look.core_length_mm;
  const double across = 1.0 / (std::sqrt(2.0 * 3.14159265358979323846) * blur);
  const double thickness = std::max({c.look.slice_mm, slice_spacing_mm, c.look.core_diameter_mm});
  const double peak = 0.5 * mass * along * across / thickness;
  const double top = scan.saturation_hu ? *scan.saturation_hu : 1e9;
  return std::min(peak, 0.85 * top);
}

ScanCalibration calibrate(const ScanCalibration& start, const std::vector<SeedGroup>& groups) {
  ScanCalibration out = start;
  // Objects of the size of one seed. Slices that are thin enough to hold a weld and no core show the welds, thicker ones show the core.
  std::vector<LookTeacher> some;
  const double longest = start.look.core_length_mm + 6.0;
  for (const auto& g : groups) {
    if (g.regions.size() != 1) continue;
    const auto& p = g.patch;
    Index3 low = p.size, high{-1, -1, -1};
    for (int k = 0; k < p.size[2]; ++k)
      for (int j = 0; j < p.size[1]; ++j)
        for (int i = 0; i < p.size[0]; ++i) {
          if (!g.is_object[p.offset(i, j, k)]) continue;
          const Index3 at{i, j, k};
          for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], at[a]);
            high[a] = std::max(high[a], at[a]);
          }
        }
    bool small = true;
    for (std::size_t a = 0; a < 3; ++a) {
      // Across slices as long as what shows, the slice and a voxel more; slices that overlap are thicker than their distance.
      const double slice = std::max(p.spacing_mm[2], start.look.slice_mm);
      const double shown =
          slice < start.prior.capsule_length_mm - start.look.core_length_mm ? start.prior.capsule_length_mm : start.look.core_length_mm;
      const double allowed = a == 2 ? shown + slice + p.spacing_mm[2] : longest;
      small = small && (high[a] - low[a] + 1) * p.spacing_mm[static_cast<Eigen::Index>(a)] <= allowed + 1e-6;
    }
    if (small) some.push_back({&g, g.site, {}, 1.0});
  }
  SeedPrior loose = start.prior;
  loose.mass_log_sigma = 0.6;
  const std::vector<LookTeacher> objects = some;
  some = explained_alone(start, objects, loose);
  // Seeds are of one mass; droplets and clips that one seed explains as well are of any.
  if (auto alike = alike_of(some, start.look, 0.0, kAlikeAtStart); alike.size() >= kEnoughIsolated) {
    best_first(alike);
    some = std::move(alike);
  }
  // Only where too few objects look like a seed of that start are other scanners thought of: slices thicker than stated (volumes without a
  // header, overlapping and helical slices), sharper kernels, and kernels or corrections that leave no lobes and blur more. Seeds are
  // alike; droplets, clips and calcifications are not, and must not teach a scan what a seed is.
  if (some.size() < kFewIsolated) {
    const bool none = some.size() < kEnoughIsolated;
    for (const OtherScanner& scanner : kOtherScanners) {
      // Few that fit may be what a blurred seed looks like, while the seeds of a sharp kernel look like nothing yet.
      if (!none && (scanner.wider != 1.0 || scanner.hardening != 1.0 || scanner.roll_off != 2.0)) continue;
      ScanCalibration other = start;
      other.look.slice_mm *= scanner.wider;
      other.look.hardening_per_mm = scanner.hardening;
      other.look.blur_mm = scanner.blur_mm;
      other.look.roll_off = scanner.roll_off;
      other.look.band_limit_per_mm = scanner.band_limit_per_mm;
      auto alone = alike_of(explained_alone(other, objects, loose), other.look, 0.5);
      if (alone.size() < kEnoughIsolated || alone.size() <= some.size() || (!none && alone.size() < 2 * some.size())) continue;
      some = std::move(alone);
      out.look = other.look;
    }
    best_first(some);
  }
  if (some.size() > kMostIsolated) some.resize(kMostIsolated);
  LookQuestions ask;
  ask.hardening = out.look.hardening_per_mm >= start.look.hardening_per_mm;
  ask.slice_thickness = out.look.slice_mm > start.look.slice_mm;
  if (!some.empty()) learn_look(start, ask, some, out);
  // Under the look that they taught others show themselves as seeds, and of them what is another thing.
  if (some.size() >= kEnoughIsolated) {
    std::vector<LookTeacher> again = explained_alone(out, objects, loose);
    const SeedAppearance look(out.look);
    shade_teachers(look, again);
    std::erase_if(again, [&](const LookTeacher& t) {
      const FittedSeed& s = t.fit.front();
      return std::abs(std::log(s.mass / (out.prior.axial_mass * look.relative_mass(s.axis[2])))) > 2.0 * kAlike;
    });
    if (again.size() > kMostIsolated) again.resize(kMostIsolated);
    if (again.size() >= kEnoughIsolated && 2 * again.size() >= some.size()) {
      some = std::move(again);
      ask.from_afar = false;
      learn_look(start, ask, some, out);
    }
  }
  out.isolated = static_cast<int>(some.size());
  out.fits_badly = out.learned() && out.typical_misfit > kTaughtAloneMisfit;
  return out;
}

ScanCalibration calibrate_from_neighbours(const ScanCalibration& start, const std::vector<SeedGroup>& groups) {
  ResolverOptions options;
  options.maximum_seeds = kMostOfAGroup;
  std::vector<LookTeacher> teachers;
  ScanCalibration out = start;
  for (const auto& [blur_mm, hardening] : kNeighbourLooks) {
    ScanCalibration trial = start;
    trial.look.blur_mm = blur_mm;
    trial.look.hardening_per_mm = hardening;
    const SeedAppearance look(trial.look);
    std::vector<std::vector<LookTeacher>> part(groups.size());
    parallel_for(groups.size(), [&](std::size_t g) {
      const ResolvedGroup r = resolve_group(look, start.prior, groups[g], options);
      for (std::size_t n = 0; n < r.seeds.size(); ++n) {
        const FittedSeed& s = r.seeds[n];
        const auto near = [&](double mm) {
          return std::count_if(r.seeds.begin(), r.seeds.end(),
                               [&](const FittedSeed& o) { return (o.center_mm - s.center_mm).norm() < mm; });
        };
        if (r.removal_cost[n] < kNeeded || near(6.0) > kMostNeighbours) continue;
        const double misfit = relative_misfit(look, groups[g].site, r.seeds, s);
        const double mass = std::log(s.mass / (start.prior.axial_mass * look.relative_mass(s.axis[2], s.shade)));
        if (misfit > kNeighbourMisfit || std::abs(mass) > 2.0 * kSilverLogSigma) continue;
        FitSite site = crop_site(groups[g].site, {s.center_mm}, 6.0, look.reach_z_mm(Eigen::Vector3d::UnitZ()));
        std::vector<float> others(site.count(), 0.0F);
        for (std::size_t m = 0; m < r.seeds.size(); ++m)
          if (m != n) add_seed_image(look, site, r.seeds[m], others);
        for (std::size_t v = 0; v < site.count(); ++v) site.hu[v] -= others[v];
        part[g].push_back({&groups[g], std::move(site), {s}, misfit});
      }
    });
    std::vector<LookTeacher> all;
    for (auto& p : part)
      for (auto& s : p) all.push_back(std::move(s));
    auto alike = alike_of(std::move(all), trial.look, kNeighbourShare);
    if (alike.size() < kEnoughIsolated || alike.size() <= teachers.size()) continue;
    teachers = std::move(alike);
    out.look = trial.look;
  }
  if (teachers.empty()) return start;
  best_first(teachers);
  out.alike = static_cast<int>(teachers.size());
  out.among_others = true;
  if (teachers.size() > kMostIsolated) teachers.resize(kMostIsolated);
  learn_look(start, {}, teachers, out);
  if (auto good = teachers; keep_good(good), good.size() >= kEnoughIsolated && good.size() < teachers.size()) {
    teachers = std::move(good);
    learn_look(start, {.from_afar = false}, teachers, out);
  }
  const bool plausible = std::abs(std::log(out.prior.axial_mass / start.prior.axial_mass)) < 2.0 * kSilverLogSigma;
  return plausible && out.typical_misfit < kTaughtMisfit ? out : start;
}

}  // namespace seedaudit
