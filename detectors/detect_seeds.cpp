// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/detect_seeds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "core/parallel.h"
#include "detectors/assemble.h"
#include "detectors/calibration.h"
#include "detectors/candidates.h"
#include "detectors/cluster_resolver.h"
#include "detectors/dense_bodies.h"
#include "detectors/distractors.h"
#include "detectors/pose_posterior.h"
#include "detectors/scan_statistics.h"
#include "detectors/seed_evidence.h"
#include "detectors/seed_groups.h"
#include "detectors/settle_background.h"
#include "detectors/solid_object.h"

namespace seedaudit {
namespace {

// Shares of the weakest peak that a seed can have: a voxel belongs to an object above the first, an object is looked at above the second.
constexpr double kObjectShare = 0.4;
constexpr double kPeakShare = 0.65;
// No implant grows larger in one piece; what does is bone, contrast or a device, and is taken apart by a higher threshold.
constexpr double kLargestExtentMm = 45.0;
constexpr double kLargestVolumeMm3 = 4000.0;
// What a solid object is made of its size does not tell, as it does of a seed: densities over that of silver that are tried.
constexpr std::array<double, 4> kLighterMetals{0.5, 0.25, 0.12, 0.06};
// Of the dense bodies' top: a brighter voxel may be metal.
constexpr double kOutshines = 1.25;
// A group that its seeds leave more unexplained than a quarter above what is usual asks more of a further seed, up to this factor: pools of
// lipiodol fail for other reasons and must not lose their seeds.
constexpr double kFailing = 1.25, kMostFailing = 1.5;

bool too_large(const CandidateRegion& r, const Eigen::Vector3d& s) {
  double longest = 0.0;
  for (std::size_t a = 0; a < 3; ++a) longest = std::max(longest, (r.high[a] - r.low[a] + 1) * s[static_cast<Eigen::Index>(a)]);
  return longest > kLargestExtentMm || static_cast<double>(r.voxels.size()) * s.prod() > kLargestVolumeMm3;
}

// Large regions are cut at rising thresholds until their parts have the size of an implant; what vanishes on the way was no seed.
void take_apart(CandidateRegion&& region, double threshold, double peak, const Eigen::Vector3d& s, std::vector<CandidateRegion>& small,
                std::vector<CandidateRegion>& large) {
  if (region.peak_response_hu < static_cast<float>(peak)) return;
  if (!too_large(region, s)) {
    small.push_back(std::move(region));
    return;
  }
  const double higher = threshold * 1.25;
  for (auto& part : split_region(region, higher)) take_apart(std::move(part), higher, peak, s, small, large);
  large.push_back(std::move(region));
}

// Part of a dense body, and no brighter than these are: not worth an explanation by seeds.
bool is_bone(const CtVolume& ct, const DenseBodies& bodies, const CandidateRegion& r) {
  if (bodies.empty()) return false;
  std::size_t inside = 0;
  for (const auto& v : r.voxels) {
    if (ct.at(v.i, v.j, v.k) > kOutshines * bodies.top_hu()) return false;
    inside += bodies.contains(v.i, v.j, v.k) ? 1 : 0;
  }
  return inside * 5 >= r.voxels.size() * 4;
}

// Voxels that an independent residual spans in this group, were its explanation right (as ScanCalibration::correlation).
double unexplained_correlation(const ResolvedGroup& r, const SeedGroup& group, const ResolverOptions& used) {
  return 4.0 * r.cost.chi2 * used.correlation / static_cast<double>(std::max<std::size_t>(1, group.site.count()));
}

Detection failed(std::string why) {
  Detection d;
  d.outcome = {OutcomeKind::failed, std::move(why)};
  return d;
}

Detection detect_one(const CtVolume& ct, const DetectorOptions& options, const Progress& progress) {
  const ScanStatistics scan = measure_scan(ct);
  const auto& s = ct.grid.spacing_mm();
  ScanCalibration start, calibration;
  GroupOptions grouping;
  grouping.ring_radius_mm = 0.5 * options.core_length() + 3.0;
  const DenseBodies bodies(ct);
  std::vector<CandidateRegion> regions, large;
  std::vector<SeedGroup> groups;
  const auto search = [&](double weakest) {
    regions.clear();
    large.clear();
    grouping.core_response_hu = kPeakShare * weakest;
    std::vector<CandidateRegion> all = find_candidates(ct, grouping.ring_radius_mm, kObjectShare * weakest);
    for (auto& r : all) take_apart(std::move(r), kObjectShare * weakest, kPeakShare * weakest, s, regions, large);
    std::erase_if(regions, [&](CandidateRegion& r) {
      if (!is_bone(ct, bodies, r)) return false;
      large.push_back(std::move(r));
      return true;
    });
    groups = make_groups(ct, scan, bodies, regions, grouping);
  };
  report_progress(progress, "find candidates", 0.0);
  double weakest = 0.0;
  const auto learn = [&](double density) {
    start = physical_calibration(scan, s[2], options, density);
    weakest = weakest_peak_hu(start, scan, s[2]);
    search(weakest);
    report_progress(progress, "learn the look of a seed", 0.1);
    calibration = calibrate(start, groups);
    if (calibration.learned()) return true;
    const ScanCalibration taught = calibrate_from_neighbours(start, groups);
    if (taught.learned()) calibration = taught;
    return calibration.learned();
  };
  const bool solid = options.core_length() >= options.capsule_length_mm;
  if (!learn(1.0) && solid && std::none_of(kLighterMetals.begin(), kLighterMetals.end(), learn)) learn(1.0);
  // Once the scan has shown its seeds, the weakest of them can be told better than physics could, and bone and lipiodol fall behind it.
  const double learned = weakest_peak_hu(calibration, scan, s[2]);
  // Where slices turn out to be thicker than stated, seeds are fainter than was thought.
  const bool thicker = calibration.look.slice_mm > 1.2 * start.look.slice_mm;
  if (learned > 1.05 * weakest || (thicker && learned < weakest)) search(learned);
  const SeedAppearance look(calibration.look);
  ResolverOptions resolving;
  resolving.correlation = calibration.correlation;

  const SolidObjects solids(calibration);
  std::vector<ResolvedGroup> resolved(groups.size());
  report_progress(progress, "resolve clusters", 0.4);
  // Slices of the work, so that progress is told between them from one thread.
  const auto over_groups = [&](double from_share, double to_share, auto&& work) {
    constexpr std::size_t kSlice = 32;
    for (std::size_t from = 0; from < groups.size(); from += kSlice) {
      const std::size_t n = std::min(kSlice, groups.size() - from);
      parallel_for(n, [&](std::size_t g) { work(groups[from + g], resolved[from + g]); });
      report_progress(progress, "resolve clusters",
                      from_share + (to_share - from_share) * static_cast<double>(from + n) / static_cast<double>(groups.size()));
    }
  };
  over_groups(0.4, 0.8, [&](SeedGroup& group, ResolvedGroup& r) {
    doubt_slice_profile(group);
    ResolverOptions own = resolving;
    r = resolve_group(look, calibration.prior, group, own);
    // Where the model fails more than on the seeds that taught it, a further seed must explain more to be one.
    if (const double failing = unexplained_correlation(r, group, own); !r.seeds.empty() && failing > kFailing * own.correlation) {
      own.correlation = std::min(failing, kMostFailing * own.correlation);
      r = resolve_group(look, calibration.prior, group, own, r.seeds);
    }
    settle_background(look, calibration.prior, own, scan.noise_hu, group, r);
    r.correlation = own.correlation;
  });
  if (!calibration.learned() && calibration.isolated > 0) calibration.alike = count_alike(look, calibration, groups, resolved);
  agree_on_mass(look, groups, resolved, calibration);
  over_groups(0.8, 0.95, [&](SeedGroup& group, ResolvedGroup& r) {
    ScanCalibration own = calibration;
    own.correlation = r.correlation;
    ResolverOptions same = resolving;
    same.correlation = r.correlation;
    keep_believable(look, own, solids, group, same, r);
    // Judged where they fit best: a mean over a flat likelihood is the better guess of a pose, and the worse explanation of the voxels.
    r.confidence = confidence_of(look, own, solids, group, r);
    average_poses(look, calibration.prior, group, same, r);
  });
  Detection out = assemble(ct, scan, calibration, options, regions, groups, resolved, large);
  report_progress(progress, "resolve clusters", 1.0);
  return out;
}

}  // namespace

Detection detect_seeds(const CtVolume& ct, const DetectorOptions& options, const Progress& progress) {
  if (const Status s = options.check(); !s) return failed(s.error().message());
  if (ct.hu.empty() || ct.hu.size() != ct.grid.voxel_count()) return failed("the volume holds no voxels");
  try {
    return detect_one(ct, options, progress);
  } catch (const std::exception& e) {
    return failed(std::string("seed detection stopped: ") + e.what());
  }
}

Detection detect_seeds(const std::vector<CtVolume>& series, const DetectorOptions& options, const Progress& progress) {
  if (series.empty()) return failed("no series was given");
  std::vector<Detection> parts;
  for (std::size_t n = 0; n < series.size(); ++n) {
    const auto share = [&, n](std::string_view stage, double fraction) {
      report_progress(progress, stage, (static_cast<double>(n) + fraction) / static_cast<double>(series.size()));
    };
    parts.push_back(detect_seeds(series[n], options, share));
    for (auto& seed : parts.back().seeds) seed.series_index = static_cast<int>(n);
    for (auto& seed : parts.back().possible) seed.series_index = static_cast<int>(n);
  }
  return merge_series(std::move(parts), options);
}

}  // namespace seedaudit
