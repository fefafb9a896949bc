// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/scan_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/parallel.h"

namespace seedaudit {
namespace {

// A pile-up is clipping, not chance: at the tail of a histogram a single HU value holds one or two voxels, a clipped seed several.
constexpr int kPileUpVoxels = 6;
// Bone and metal exceed the window of an abdomen and do not end at one value by themselves; noise makes a pile of a handful at most.
constexpr int kWindowVoxels = 20, kWindowLow = 150, kWindowHigh = 1500;
// Soft tissue and fat: no air, bone or metal, whose edges would count as noise.
constexpr int kTissueLow = -150;
constexpr int kTissueHigh = 250;
constexpr int kDifferences = 2048;

struct SliceSummary {
  int maximum = std::numeric_limits<int>::min();
  int minimum = std::numeric_limits<int>::max();
  int at_maximum = 0;
  std::array<int, kDifferences> differences{};  // |second difference| in HU, last bin open
};

SliceSummary summarise(const CtVolume& ct, int k) {
  SliceSummary s;
  const auto& n = ct.grid.size();
  for (int j = 0; j < n[1]; ++j) {
    const std::int16_t* row = &ct.hu[ct.grid.offset(0, j, k)];
    for (int i = 0; i < n[0]; ++i) {
      const int v = row[i];
      if (v > s.maximum) {
        s.maximum = v;
        s.at_maximum = 0;
      }
      s.at_maximum += v == s.maximum ? 1 : 0;
      s.minimum = std::min(s.minimum, v);
    }
    if (j % 4 != 0) continue;  // a sixteenth of the voxels gives the noise within a percent
    for (int i = 4; i + 4 < n[0]; i += 4) {
      const int a = row[i - 4], b = row[i], c = row[i + 4];
      // By their mean: bounds on each would cut off the noise itself where it is as large as they are. And by the middle one: metal in air
      // has the mean of tissue.
      const int sum = a + b + c, middle = sum - std::min({a, b, c}) - std::max({a, b, c});
      if (sum < 3 * kTissueLow || sum > 3 * kTissueHigh || middle < kTissueLow || middle > kTissueHigh) continue;
      const int d = std::abs(a - 2 * b + c);
      ++s.differences[static_cast<std::size_t>(std::min(d, kDifferences - 1))];
    }
  }
  return s;
}

}  // namespace

ScanStatistics measure_scan(const CtVolume& ct) {
  ScanStatistics out;
  const auto slices = static_cast<std::size_t>(ct.grid.size()[2]);
  std::vector<SliceSummary> part(slices);
  parallel_for(slices, [&](std::size_t k) { part[k] = summarise(ct, static_cast<int>(k)); });

  SliceSummary all;
  for (const auto& s : part) {
    if (s.maximum > all.maximum) {
      all.maximum = s.maximum;
      all.at_maximum = 0;
    }
    if (s.maximum == all.maximum) all.at_maximum += s.at_maximum;
    all.minimum = std::min(all.minimum, s.minimum);
    for (std::size_t b = 0; b < all.differences.size(); ++b) all.differences[b] += s.differences[b];
  }
  out.maximum_hu = all.maximum;
  out.floor_hu = all.minimum;
  // Only a value that a stored scale can end at clips: below 1500 HU a pile-up is a phantom's plateau.
  if (all.at_maximum >= kPileUpVoxels && all.maximum >= 1500) out.saturation_hu = all.maximum;
  if (all.at_maximum >= kWindowVoxels && all.maximum >= kWindowLow && all.maximum < kWindowHigh) out.window_top_hu = all.maximum;
  if (ct.acquisition.saturation_hu && all.maximum >= *ct.acquisition.saturation_hu - 1.0) out.saturation_hu = *ct.acquisition.saturation_hu;
  if (out.saturation_hu && all.maximum >= *out.saturation_hu - 1.0)
    out.saturated_share = static_cast<double>(all.at_maximum) / static_cast<double>(ct.hu.size());

  long total = 0;
  for (int c : all.differences) total += c;
  long seen = 0;
  for (std::size_t b = 0; b < all.differences.size() && total > 0; ++b) {
    seen += all.differences[b];
    if (2 * seen >= total) {
      // median |a - 2b + c| of white noise = 0.6745 sqrt(6) sigma
      out.noise_hu = std::max(2.0, (static_cast<double>(b) + 0.5) / (0.6745 * std::sqrt(6.0)));
      break;
    }
  }
  out.slice_thickness_mm = ct.grid.spacing_mm()[2];
  const auto& stated = ct.acquisition.slice_thickness_mm;
  if (stated && *stated > 0.0 && std::isfinite(*stated)) out.slice_thickness_mm = std::clamp(*stated, 0.2, 20.0);
  return out;
}

}  // namespace seedaudit
