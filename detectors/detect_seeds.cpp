// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/detect_seeds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include "core/hu_scale.h"
#include "core/parallel.h"
#include "detectors/assemble.h"
#include "detectors/calibration.h"
#include "detectors/candidates.h"
#include "detectors/cluster_resolver.h"
#include "detectors/cut_short.h"
#include "detectors/dense_bodies.h"
#include "detectors/distractors.h"
#include "detectors/even_rows.h"
#include "detectors/explain_group.h"
#include "detectors/pose_posterior.h"
#include "detectors/scan_search.h"
#include "detectors/scan_statistics.h"
#include "detectors/seed_evidence.h"
#include "detectors/seed_groups.h"
#include "detectors/seed_probability.h"
#include "detectors/settle_background.h"
#include "detectors/shade_across.h"
#include "detectors/solid_object.h"
#include "detectors/unexplained_mass.h"

namespace seedaudit {
namespace {

// What a solid object is made of its size does not tell, as it does of a seed. Its peaks do: those above so much, HU; this quantile of
// them; over what the weakest seed would show of its peak (weakest_peak_hu); and the densities over silver's that can be.
constexpr double kShownHu = 500.0, kShownQuantile = 0.75, kWeakestShare = 0.24, kLightest = 0.03;

// Density over silver's of solid objects that peak as this scan's do.
double density_shown(const CtVolume& ct, const ScanStatistics& scan, const DetectorOptions& options, double ring_radius_mm) {
  std::vector<float> peaks;
  for (const auto& r : find_candidates(ct, ring_radius_mm, kShownHu)) peaks.push_back(r.peak_response_hu);
  if (peaks.empty()) return 1.0;
  const auto at = peaks.begin() + static_cast<std::ptrdiff_t>(kShownQuantile * static_cast<double>(peaks.size() - 1));
  std::nth_element(peaks.begin(), at, peaks.end());
  const double slice_mm = ct.grid.spacing_mm()[2];
  ScanStatistics endless = scan;
  endless.saturation_hu.reset();
  const double silver = weakest_peak_hu(physical_calibration(endless, slice_mm, options), endless, slice_mm) / kWeakestShare;
  return std::clamp(static_cast<double>(*at) / silver, kLightest, 1.0);
}

// How much of the metal of a scan its seeds do not account for; summed in the order of groups, whatever the threads.
std::optional<double> unexplained_share(const SeedAppearance& look, const std::vector<SeedGroup>& groups,
                                        const std::vector<ResolvedGroup>& resolved, double minimum_confidence) {
  std::vector<ObjectMass> masses(groups.size());
  parallel_for(groups.size(), [&](std::size_t g) { masses[g] = object_mass(look, groups[g], resolved[g], minimum_confidence); });
  ObjectMass sum;
  for (const ObjectMass& m : masses) {
    sum.all += m.all;
    sum.unexplained += m.unexplained;
  }
  if (!(sum.all > 0.0)) return std::nullopt;
  return sum.unexplained / sum.all;
}

// What the seeds of other groups show and shade is known once these are found, and better once they are fitted beside it.
constexpr int kShadeTurns = 2;

// Share of all objects that only a seed explains, from which neighbours that agree teach instead of lone ones that do not. Where it is
// smaller the agreement may be chance: in a scan of clips, markers and lipiodol without a seed it doubled what was found.
constexpr double kMostOfNeeded = 0.5;

// Beliefs are changed so often at the most: one change may speak for another.
constexpr int kBeliefTurns = 2;

// Pixels over the object's length, up to which objects of a row can be told apart.
constexpr double kRowPixel = 0.67;

std::size_t in_rows(const RowSearch& search) {
  std::size_t n = 0;
  for (const auto& row : search.rows) n += row.objects.size();
  return n;
}

Detection failed(std::string why) {
  Detection d;
  d.outcome = {OutcomeKind::failed, std::move(why)};
  return d;
}

// No implant and no implanted device fills so much of a scan; a wrong rescale or a mask does.
constexpr double kMostSaturated = 0.02;

std::string told_saturated(const ScanStatistics& scan) {
  std::array<char, 160> text{};
  std::snprintf(
      text.data(), text.size(),
      "%.0f %% of the voxels are at the top of the scale (%.0f HU): check rescale and window of the export; nothing can be found in them",
      100.0 * scan.saturated_share, scan.saturation_hu.value_or(scan.maximum_hu));
  return text.data();
}

/// What makes the whole scan doubtful is told first, whatever the count says, and stays when seeds are set aside later.
void tell_doubt(const std::string& doubt, Detection& out) {
  out.doubt = out.doubt.empty() ? doubt : doubt + "; " + out.doubt;
  if (out.outcome.kind == OutcomeKind::ok)
    out.outcome = {OutcomeKind::low_confidence, doubt};
  else
    out.outcome.why = doubt + "; " + out.outcome.why;
}

/// A seed is a difference of HU, but noise, bone and lipiodol are told by HU themselves: on a shifted scale bodies pass for bone.
void tell_wrong_scale(const HuScaleDoubt& doubt, Detection& out) {
  std::array<char, 120> text{};
  std::snprintf(text.data(), text.size(), "the HU scale of the scan looks wrong: soft tissue lies about %.0f HU", doubt.tissue_hu);
  tell_doubt(text.data(), out);
}

/// Exported through a display window, metal is no brighter than bone: that no seed is seen says nothing then.
void tell_window(double top_hu, Detection& out) {
  std::array<char, 160> text{};
  std::snprintf(
      text.data(), text.size(),
      "many voxels lie at the scan's highest value, %.0f HU, as if it had been exported through a display window: metal cannot be told",
      top_hu);
  tell_doubt(text.data(), out);
}

Detection detect_one(const CtVolume& ct, const DetectorOptions& options, const Progress& progress) {
  const ScanStatistics scan = measure_scan(ct);
  if (scan.saturated_share > kMostSaturated) return failed(told_saturated(scan));
  const auto& s = ct.grid.spacing_mm();
  GroupOptions grouping;
  grouping.ring_radius_mm = 0.5 * options.core_length() + 3.0;
  const DenseBodies bodies(ct);
  FoundRegions found;
  std::vector<SeedGroup> groups;
  const auto search = [&](double weakest) {
    found = search_scan(ct, bodies, weakest, grouping.ring_radius_mm);
    grouping.core_response_hu = kPeakShare * weakest;
    groups = make_groups(ct, scan, bodies, found.regions, grouping);
  };
  report_progress(progress, "find candidates", 0.0);
  const bool solid = options.core_length() >= options.capsule_length_mm;
  const double density = solid ? density_shown(ct, scan, options, grouping.ring_radius_mm) : 1.0;
  const ScanCalibration start = physical_calibration(scan, s[2], options, density);
  const double weakest = weakest_peak_hu(start, scan, s[2]);
  // Solid objects that come on a shaft: their rows tell them, where a pixel is small enough to tell one from the next.
  if (solid && std::max(s[0], s[1]) < kRowPixel * options.core_length()) {
    const RowSearch rows = find_even_rows(ct, bodies, options, weakest, grouping.ring_radius_mm);
    if (in_rows(rows) > rows.loose.size())
      return assemble_rows(ct, scan, start, options, search_scan(ct, bodies, weakest, grouping.ring_radius_mm), rows);
  }
  search(weakest);
  report_progress(progress, "learn the look of a seed", 0.1);
  ScanCalibration calibration = calibrate(start, groups);
  if (!calibration.learned() || calibration.unlike) {
    const ScanCalibration taught = calibrate_from_neighbours(start, groups);
    // What lone objects teach gives way to more that agree, unless these are a few among many.
    const bool better = taught.alike > calibration.isolated && taught.share_of_needed >= kMostOfNeeded;
    if (taught.learned() && (!calibration.learned() || better)) calibration = taught;
  }
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
      parallel_for(n, [&](std::size_t g) { work(from + g); });
      report_progress(progress, "resolve clusters",
                      from_share + (to_share - from_share) * static_cast<double>(from + n) / static_cast<double>(groups.size()));
    }
  };
  over_groups(0.4, 0.7, [&](std::size_t g) {
    SeedGroup& group = groups[g];
    ResolvedGroup& r = resolved[g];
    doubt_slice_profile(group);
    r = explain_group(look, calibration.prior, resolving, group);
    ResolverOptions own = resolving;
    own.correlation = r.correlation;
    settle_background(look, calibration.prior, own, scan.noise_hu, group, r);
  });
  // Rays know no groups: a needle in the slice shades its own seeds, and its lobes lie on them.
  for (int turn = 0; turn < kShadeTurns; ++turn) {
    const std::vector<bool> changed = shade_across(look, resolved, groups);
    over_groups(turn == 0 ? 0.7 : 0.78, turn == 0 ? 0.78 : 0.8, [&](std::size_t g) {
      if (!changed[g] || resolved[g].seeds.empty()) return;
      ResolverOptions own = resolving;
      own.correlation = resolved[g].correlation;
      if (turn == 0)
        resolved[g] = resolve_group(look, calibration.prior, groups[g], own, resolved[g].seeds);
      else
        refit_group(look, calibration.prior, groups[g], own, resolved[g]);
    });
  }
  if (!calibration.learned() && calibration.isolated > 0) calibration.alike = count_alike(look, calibration, groups, resolved);
  agree_on_mass(look, groups, resolved, calibration);
  over_groups(0.8, 0.9, [&](std::size_t g) {
    const SeedGroup& group = groups[g];
    ResolvedGroup& r = resolved[g];
    ScanCalibration own = calibration;
    own.correlation = r.correlation;
    ResolverOptions same = resolving;
    same.correlation = r.correlation;
    // What the mass that was thought of first left open is asked again with the mass that all agree on.
    if (calibration.learned() && r.count.high > r.count.best) r = resolve_group(look, own.prior, group, same, r.seeds);
    if (calibration.learned()) split_heavy(look, own.prior, same, calibration.typical_misfit, group, r);
    keep_believable(look, own, solids, group, same, r);
    // Judged where they fit best: a mean over a flat likelihood is the better guess of a pose, and the worse explanation of the voxels.
    judge_seeds(look, own, solids, group, r);
  });
  // What lies around an object tells what it is likely to be, and that in turn what lies around the others.
  for (int turn = 0; turn < kBeliefTurns; ++turn) {
    tell_probabilities(calibration, resolved);
    parallel_for(groups.size(), [&](std::size_t g) {
      ScanCalibration own = calibration;
      ResolverOptions same = resolving;
      own.correlation = same.correlation = resolved[g].correlation;
      change_beliefs(look, own, solids, groups[g], same, resolved[g]);
    });
  }
  over_groups(0.9, 0.95, [&](std::size_t g) {
    ResolvedGroup& r = resolved[g];
    ScanCalibration own = calibration;
    own.correlation = r.correlation;
    average_poses(look, own, groups[g], r);
  });
  tell_probabilities(calibration, resolved);
  Detection out = assemble(ct, scan, calibration, options, found.regions, groups, resolved, found.large);
  tell_cut_short(resolved, out);
  if (scan.window_top_hu) tell_window(*scan.window_top_hu, out);
  if (const auto doubt = doubt_hu_scale(ct)) tell_wrong_scale(*doubt, out);
  out.noise_hu = scan.noise_hu;
  out.unexplained_fraction = unexplained_share(look, groups, resolved, options.minimum_confidence);
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
