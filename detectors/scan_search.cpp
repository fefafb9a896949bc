// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/scan_search.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace seedaudit {
namespace {

// Share of the weakest peak that a seed can have above which a voxel belongs to an object.
constexpr double kObjectShare = 0.4;
// No implant grows larger in one piece; what does is bone, contrast or a device, and is taken apart by a higher threshold.
constexpr double kLargestExtentMm = 45.0;
constexpr double kLargestVolumeMm3 = 4000.0;
// Of the dense bodies' top: a brighter voxel may be metal.
constexpr double kOutshines = 1.25;

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

// Beside a bright object the ring that tells the background runs through it, and a seed stands out less than it would alone.
void keep_outshone(std::vector<CandidateRegion>&& faint, double ring_radius_mm, const Eigen::Vector3d& s,
                   std::vector<CandidateRegion>& regions) {
  const std::size_t bright = regions.size();
  for (auto& f : faint)
    if (std::any_of(regions.begin(), regions.begin() + static_cast<std::ptrdiff_t>(bright),
                    [&](const CandidateRegion& r) { return regions_near(f, r, s, ring_radius_mm); }))
      regions.push_back(std::move(f));
  // In memory order, as found.
  std::stable_sort(regions.begin(), regions.end(), [](const CandidateRegion& a, const CandidateRegion& b) {
    const auto key = [](const CandidateVoxel& v) { return std::array<int, 3>{v.k, v.j, v.i}; };
    return key(a.voxels.front()) < key(b.voxels.front());
  });
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

}  // namespace

FoundRegions search_scan(const CtVolume& ct, const DenseBodies& bodies, double weakest_peak_hu, double ring_radius_mm) {
  const auto& s = ct.grid.spacing_mm();
  const double object = kObjectShare * weakest_peak_hu, peak = kPeakShare * weakest_peak_hu;
  FoundRegions out;
  std::vector<CandidateRegion> faint;
  for (auto& r : find_candidates(ct, ring_radius_mm, object)) {
    if (r.peak_response_hu < peak && !too_large(r, s))
      faint.push_back(std::move(r));
    else
      take_apart(std::move(r), object, peak, s, out.regions, out.large);
  }
  keep_outshone(std::move(faint), ring_radius_mm, s, out.regions);
  std::erase_if(out.regions, [&](CandidateRegion& r) {
    if (!is_bone(ct, bodies, r)) return false;
    out.large.push_back(std::move(r));
    return true;
  });
  return out;
}

}  // namespace seedaudit
