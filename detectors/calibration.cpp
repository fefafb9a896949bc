// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "detectors/cluster_resolver.h"
#include "detectors/look_learning.h"
#include "detectors/look_teachers.h"
#include "detectors/shade_across.h"

namespace seedaudit {
namespace {

// Silver at 60-80 keV attenuates 0.15-0.3 million HU; hardened in half a millimetre and seen by a real detector, about 130 thousand are
// left: 75 thousand HU mm^3 for a 3 x 0.5 mm core along z.
constexpr double kSilverHu = 130000.0;
// From the end of a capsule to the middle of its weld.
constexpr double kEndMm = 0.25;
constexpr double kAlikeAtStart = 0.35;  // width of one mass under a look that was not learned: tilts are then weighed wrongly
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
// A seed under the physical start fits within a fifth to a quarter; bone, lipiodol and contrast do not.
constexpr double kIsolatedMisfit = 0.3;

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
    if (g.regions.size() != 1 || !outshines_tissue(g)) continue;
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
  if (auto alike = alike_of(some, start.look, 0.0, kAlikeAtStart); alike.size() >= kEnoughTeachers) {
    best_first(alike);
    some = std::move(alike);
  }
  // Only where too few objects look like a seed of that start are other scanners thought of: slices thicker than stated (volumes without a
  // header, overlapping and helical slices), sharper kernels, and kernels or corrections that leave no lobes and blur more. Seeds are
  // alike; droplets, clips and calcifications are not, and must not teach a scan what a seed is.
  if (some.size() < kFewTeachers) {
    const bool none = some.size() < kEnoughTeachers;
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
      if (alone.size() < kEnoughTeachers || alone.size() <= some.size() || (!none && alone.size() < 2 * some.size())) continue;
      some = std::move(alone);
      out.look = other.look;
    }
    best_first(some);
  }
  if (some.size() > kMostTeachers) some.resize(kMostTeachers);
  LookQuestions ask;
  ask.hardening = out.look.hardening_per_mm >= start.look.hardening_per_mm;
  ask.slice_thickness = out.look.slice_mm > start.look.slice_mm;
  if (!some.empty()) learn_look(start, ask, some, out);
  // Under the look that they taught others show themselves as seeds, and of them what is another thing.
  if (some.size() >= kEnoughTeachers) {
    std::vector<LookTeacher> again = explained_alone(out, objects, loose);
    const SeedAppearance look(out.look);
    shade_teachers(look, again);
    std::erase_if(again, [&](const LookTeacher& t) {
      const FittedSeed& s = t.fit.front();
      return std::abs(std::log(s.mass / (out.prior.axial_mass * look.relative_mass(s.axis[2])))) > 2.0 * kAlike;
    });
    if (again.size() > kMostTeachers) again.resize(kMostTeachers);
    if (again.size() >= kEnoughTeachers && 2 * again.size() >= some.size()) {
      some = std::move(again);
      ask.from_afar = false;
      learn_look(start, ask, some, out);
    }
  }
  out.isolated = static_cast<int>(some.size());
  out.unlike = out.learned() && alike_of(some, out.look, 0.0).size() < kEnoughTeachers;
  out.fits_badly = out.learned() && out.typical_misfit > kTaughtAloneMisfit;
  return out;
}

}  // namespace seedaudit
