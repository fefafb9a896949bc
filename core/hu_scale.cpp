// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/hu_scale.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace seedaudit {
namespace {

// A million voxels tell shares of a percent. The step is odd, so that it walks through the columns of any even matrix.
constexpr std::size_t kSamples = 1U << 20;

// No matter is darker than air, and noise hardly makes it so in such numbers: below are the values that scanners put outside their field.
constexpr int kDarkestHu = -1150;
// Lung and gas; streaks of metal make few voxels as dark in tissue.
constexpr int kAirHu = -300;
// Fat to organs with contrast medium.
constexpr int kTissueLow = -200, kTissueHigh = 250;
// Half the width of the peak that soft tissue and fat make, and how far off it is looked for: intercepts in use are -1000 and -1024.
constexpr int kPeakHalf = 150, kLeastOffset = 800, kMostOffset = 1250;

// Shares of the voxels. Bone, the brightest that a body has much of, fills a few percent of a scan within any 300 HU above 650; a patient
// fills at least a twentieth of any scan that is worth an audit.
constexpr double kPeakShare = 0.15, kNoAirShare = 0.005, kNoTissueShare = 0.02, kDarkShare = 0.02;

class Histogram {
 public:
  explicit Histogram(const std::vector<std::int16_t>& values) {
    const std::size_t step = (values.size() / kSamples) | 1U;
    for (std::size_t n = 0; n < values.size(); n += step) ++count_[static_cast<std::size_t>(static_cast<int>(values[n]) + 32768)];
    for (std::size_t b = 0; b < count_.size(); ++b) below_[b + 1] = below_[b] + count_[b];
  }
  /// Voxels of low <= HU < high.
  double between(int low, int high) const { return static_cast<double>(below_[index(high)] - below_[index(low)]); }
  double all() const { return static_cast<double>(below_.back()); }
  double median(int low, int high) const {
    const std::size_t half = (below_[index(low)] + below_[index(high)]) / 2;
    std::size_t b = index(low);
    while (b + 1 < index(high) && below_[b + 1] <= half) ++b;
    return static_cast<double>(b) - 32768.0;
  }

 private:
  static std::size_t index(int hu) { return static_cast<std::size_t>(hu + 32768); }
  std::vector<std::size_t> count_ = std::vector<std::size_t>(65536, 0), below_ = std::vector<std::size_t>(65537, 0);
};

/// Where, from one offset to another, most voxels lie within the width of a tissue peak.
int fullest(const Histogram& h, int from, int to) {
  int best = from;
  for (int at = from; at <= to; ++at)
    if (h.between(at - kPeakHalf, at + kPeakHalf) > h.between(best - kPeakHalf, best + kPeakHalf)) best = at;
  return best;
}

HuScaleDoubt doubt_at(const Histogram& h, int peak) {
  return {h.median(peak - kPeakHalf, peak + kPeakHalf), 100.0 * h.between(peak - kPeakHalf, peak + kPeakHalf) / h.all()};
}

}  // namespace

template <class F>
std::optional<HuScaleDoubt> doubt_hu_scale(const Volume<F>& volume) {
  if (volume.series.modality != "CT" || volume.hu.empty()) return std::nullopt;
  const Histogram h(volume.hu);

  // Too high: the padding, which may have kept its value, is no part of the patient.
  const double seen = h.all() - h.between(-32768, kDarkestHu);
  const int high = fullest(h, kLeastOffset, kMostOffset);
  if (seen > 0.0 && h.between(kDarkestHu, kAirHu) < kNoAirShare * seen && h.between(high - kPeakHalf, high + kPeakHalf) > kPeakShare * seen)
    return doubt_at(h, high);

  // Too low: soft tissue where air should be, and air where nothing is.
  const int low = fullest(h, -kMostOffset, -kLeastOffset);
  if (h.between(kTissueLow, kTissueHigh) < kNoTissueShare * h.all() && h.between(-32768, kDarkestHu) > kDarkShare * h.all() &&
      h.between(low - kPeakHalf, low + kPeakHalf) > kPeakShare * h.all())
    return doubt_at(h, low);
  return std::nullopt;
}

template <class F>
std::optional<Warning> judge_hu_scale(const Volume<F>& volume, const std::string& which) {
  const auto doubt = doubt_hu_scale(volume);
  if (!doubt) return std::nullopt;
  const bool high = doubt->tissue_hu > 0.0;
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(),
                " looks as if its HU scale were wrong: %.0f %% of its voxels lie about %.0f HU, as soft tissue should about 0 HU, and %s. "
                "Check Rescale Slope and Intercept of the export (%s). Nothing was corrected; registration, lung, bone and dense "
                "tissue rest on HU",
                doubt->tissue_pct, doubt->tissue_hu, high ? "nothing is as dark as air (-1000 HU)" : "many are darker than air (-1000 HU)",
                high ? "the intercept was lost?" : "the intercept was subtracted twice?");
  return Warning{"HU_SCALE_DOUBTFUL", which + text.data()};
}

template std::optional<HuScaleDoubt> doubt_hu_scale(const Volume<CtFrame>&);
template std::optional<HuScaleDoubt> doubt_hu_scale(const Volume<PlanFrame>&);
template std::optional<Warning> judge_hu_scale(const Volume<CtFrame>&, const std::string&);
template std::optional<Warning> judge_hu_scale(const Volume<PlanFrame>&, const std::string&);

}  // namespace seedaudit
