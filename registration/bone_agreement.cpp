// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/bone_agreement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/parallel.h"
#include "registration/similarity.h"

namespace seedaudit {
namespace {

constexpr std::size_t kMostPieces = 12;  // spread over the bone, nearest to the target first
constexpr std::size_t kMostBoneSamples = 40000;
constexpr std::size_t kMostClimb = 24000;  // fewer to climb with than to measure with
constexpr std::size_t kMostPieceSamples = 12000;
constexpr std::size_t kMostPieceClimb = 7000;
constexpr std::size_t kLeastBoneSamples = 1500;  // about 10 cc of bone and its rim
constexpr double kLeastSeen = 0.25;              // of the bone near the target
constexpr double kLeastPieceSeen = 0.8;          // of a piece

constexpr double kLeastSlope = 25.0;  // HU per mm after the blur: the surface of bone, not its inside
constexpr double kLeastSurfacePoints = 400.0;
constexpr double kTwoThirds = 0.6827;  // of a normal distribution within one standard deviation

/// Distance across the surfaces of bone.
struct Apart {
  double mm = std::numeric_limits<double>::infinity();
  double noise_mm = 0.0;
  double seen = 0.0;
};

/// What the moving image shows on average where the fixed one shows a gray value: tube voltage, contrast agent and blur change that curve,
/// and it says nothing of shape. Linear between knots.
class MeanGray {
 public:
  void add(float fixed, float moving) {
    const auto [k, t] = knot(fixed);
    sum_[k] += (1.0 - t) * static_cast<double>(moving);
    weight_[k] += 1.0 - t;
    sum_[k + 1] += t * static_cast<double>(moving);
    weight_[k + 1] += t;
  }
  double at(float fixed) const {
    const auto [k, t] = knot(fixed);
    const auto mean = [&](std::size_t n) { return weight_[n] > 0.0 ? sum_[n] / weight_[n] : 0.0; };
    return (1.0 - t) * mean(k) + t * mean(k + 1);
  }

 private:
  static constexpr std::size_t kKnots = 19;
  static std::pair<std::size_t, double> knot(float gray) {
    const double x = static_cast<double>((gray - kBoneGrayLow) / (kGrayHigh - kBoneGrayLow)) * static_cast<double>(kKnots - 1);
    const double k = std::clamp(std::floor(x), 0.0, static_cast<double>(kKnots - 2));
    return {static_cast<std::size_t>(k), std::clamp(x - k, 0.0, 1.0)};
  }
  std::array<double, kKnots> sum_{}, weight_{};
};

/// Where two equal surfaces lie d apart, the images differ by their slope times d. So |difference| / slope is a distance, measured at every
/// point where either image has a surface; two thirds of the points lie within the result, so that metal, enhanced vessels and other
/// things that came or went have no say while they are few. Noise looks like a distance too, and is taken out in quadrature.
Apart apart(const PreparedImage& fixed, const SampleSet& samples, const PreparedImage& moving, const Eigen::Isometry3d& moving_from_fixed) {
  struct Hit {
    float fixed, moving, slope;
  };
  std::vector<Hit> hits;
  hits.reserve(samples.mm.size());
  MeanGray expected;
  for (const Eigen::Vector3f& mm : samples.mm) {
    const Eigen::Vector3d at = mm.cast<double>();
    Hit h{};
    Eigen::Vector3f fixed_slope, moving_slope;
    if (!fixed.bone.sample(at, h.fixed, fixed_slope) || !moving.bone.sample(moving_from_fixed * at, h.moving, moving_slope)) continue;
    h.slope = std::max(fixed_slope.norm(), moving_slope.norm());
    hits.push_back(h);
    expected.add(h.fixed, h.moving);
  }
  Apart out;
  out.seen = samples.mm.empty() ? 0.0 : static_cast<double>(hits.size()) / static_cast<double>(samples.mm.size());
  std::vector<double> distance;
  double slopes = 0.0;
  for (const Hit& h : hits) {
    const auto slope = static_cast<double>(h.slope);
    if (!(slope > kLeastSlope)) continue;
    distance.push_back(std::abs(static_cast<double>(h.moving) - expected.at(h.fixed)) / slope);
    slopes += slope;
  }
  if (static_cast<double>(distance.size()) < kLeastSurfacePoints) return out;
  const auto n = static_cast<double>(distance.size());
  const auto there = distance.begin() + static_cast<std::ptrdiff_t>(kTwoThirds * n);
  std::nth_element(distance.begin(), there, distance.end());
  out.noise_mm = std::hypot(fixed.noise_gray, moving.noise_gray) / (slopes / n);
  out.mm = std::sqrt(std::max(0.0, *there * *there - out.noise_mm * out.noise_mm));
  return out;
}

RefineOptions climbing(double lever_mm) {
  RefineOptions o;
  o.similarity.bins = 24;
  o.similarity.low = kBoneGrayLow;
  o.first_step_mm = 1.5;
  o.last_step_mm = 0.05;
  o.lever_mm = lever_mm;
  o.least_overlap = 0.2;
  return o;
}

}  // namespace

std::vector<Eigen::Vector3d> bone_centers(const PreparedImage& image, const Eigen::Vector3d& target_mm) {
  std::vector<Eigen::Vector3d> bone;
  const WorkGrid& grid = image.base.grid;
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i) {
        const std::size_t o = grid.offset(i, j, k);
        if (image.anatomy.bone_distance_mm[o] > 0.0F || image.anatomy.body[o] == 0) continue;
        const Eigen::Vector3d mm = grid.mm_of(Eigen::Vector3d(i, j, k));
        if ((mm - target_mm).norm() <= kBoneReachMm) bone.push_back(mm);
      }
  std::vector<Eigen::Vector3d> out;
  if (bone.empty()) return out;
  std::vector<double> nearest(bone.size(), std::numeric_limits<double>::infinity());
  std::size_t next = 0;
  for (std::size_t b = 1; b < bone.size(); ++b)
    if ((bone[b] - target_mm).squaredNorm() < (bone[next] - target_mm).squaredNorm()) next = b;
  while (out.size() < kMostPieces) {
    out.push_back(bone[next]);
    for (std::size_t b = 0; b < bone.size(); ++b) nearest[b] = std::min(nearest[b], (bone[b] - out.back()).norm());
    next = static_cast<std::size_t>(std::max_element(nearest.begin(), nearest.end()) - nearest.begin());
    if (nearest[next] < 0.5 * kBonePieceRadiusMm) break;
  }
  return out;
}

BoneAgreement compare_bones(const PreparedImage& fixed, const PreparedImage& moving, const Eigen::Vector3d& target_mm,
                            const Eigen::Isometry3d& start) {
  BoneAgreement out;
  if (!fixed.base.is_ct || !moving.base.is_ct) return out;
  const SampleSet all = bone_samples(fixed, target_mm, kBoneReachMm, kMostBoneSamples);
  out.samples = all.mm.size();
  if (all.mm.size() < kLeastBoneSamples) return out;
  const Eigen::Isometry3d pose = refine(thin_out(all, kMostClimb), moving.bone, start, target_mm, climbing(100.0)).moving_from_fixed;
  const Apart whole = apart(fixed, all, moving, pose);
  out.seen_fraction = whole.seen;
  if (whole.seen < kLeastSeen || !std::isfinite(whole.mm)) return out;
  out.compared = true;
  out.apart_mm = whole.mm;
  out.noise_mm = whole.noise_mm;

  const std::vector<Eigen::Vector3d> centers = bone_centers(fixed, target_mm);
  std::vector<BonePiece> pieces(centers.size());
  std::vector<std::uint8_t> seen(centers.size(), 0);
  parallel_for(centers.size(), [&](std::size_t c) {
    const SampleSet samples = bone_samples(fixed, centers[c], kBonePieceRadiusMm, kMostPieceSamples);
    if (samples.mm.size() < kLeastBoneSamples) return;
    const Apart as_whole = apart(fixed, samples, moving, pose);
    if (as_whole.seen < kLeastPieceSeen || !std::isfinite(as_whole.mm)) return;
    const Eigen::Isometry3d own =
        refine(thin_out(samples, kMostPieceClimb), moving.bone, pose, centers[c], climbing(kBonePieceRadiusMm)).moving_from_fixed;
    seen[c] = 1;
    pieces[c] = {centers[c], std::min(as_whole.mm, apart(fixed, samples, moving, own).mm)};
  });
  std::vector<double> each;
  for (std::size_t c = 0; c < pieces.size(); ++c) {
    if (seen[c] == 0) continue;
    out.pieces.push_back(pieces[c]);
    each.push_back(pieces[c].apart_mm);
  }
  std::sort(each.begin(), each.end());
  out.piece_apart_mm = each.empty() ? out.apart_mm : each[each.size() / 2];
  return out;
}

}  // namespace seedaudit
