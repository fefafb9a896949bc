// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/joint_histogram.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

constexpr double kLogOfNothing = -30.0;  // of a cell that no sample reached: its slope is wanted where one is about to

/// Cubic B-spline weights of the four bins around x, the first of them being floor(x) - 1. \param t x - floor(x)
EIGEN_ALWAYS_INLINE Eigen::Array4d spline_weights(float t) {
  const Eigen::Array4f cubic(-1.0F / 6.0F, 0.5F, -0.5F, 1.0F / 6.0F), square(0.5F, -1.0F, 0.5F, 0.0F), linear(-0.5F, 0.0F, 0.5F, 0.0F),
      constant(1.0F / 6.0F, 2.0F / 3.0F, 1.0F / 6.0F, 0.0F);
  return (((cubic * t + square) * t + linear) * t + constant).cast<double>();
}

/// Their derivatives.
EIGEN_ALWAYS_INLINE Eigen::Array4d spline_slopes(float t) {
  const Eigen::Array4f square(-0.5F, 1.5F, -1.5F, 0.5F), linear(1.0F, -2.0F, 1.0F, 0.0F), constant(-0.5F, 0.0F, 0.5F, 0.0F);
  return ((square * t + linear) * t + constant).cast<double>();
}

/// -sum p log p; the logarithms are kept.
template <class P>
double entropy(const P& p, std::vector<double>& logs) {
  logs.resize(p.size());
  double h = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    logs[i] = p[i] > 0.0 ? std::log(p[i]) : kLogOfNothing;
    h -= p[i] * logs[i];
  }
  return h;
}

using Four = Eigen::Map<Eigen::Array4d>;
using ConstFour = Eigen::Map<const Eigen::Array4d>;

}  // namespace

JointHistogram::JointHistogram(const SampleSet& fixed, const WorkImage& moving, const SimilarityOptions& options)
    : places(fixed.mm.size()),
      fixed_(fixed),
      moving_(moving),
      options_(options),
      // Two bins of margin on each side, so that no spline weight leaves the table.
      rows_(options.bins + 1),
      columns_(options.bins + 4),
      per_gray_(static_cast<float>(options.bins - 1) / (options.high - options.low)),
      joint_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)),
      odd_(joint_.size()) {
  fixed_bins_.reserve(fixed.mm.size());
  for (std::size_t s = 0; s < fixed.mm.size(); ++s) {
    const float a = (std::clamp(fixed.gray[s], options.low, options.high) - options.low) * per_gray_;
    const int row = static_cast<int>(a);
    const float share = a - static_cast<float>(row);
    fixed_bins_.push_back({row * columns_, fixed.weight[s] * (1.0F - share), fixed.weight[s] * share});
    total_ += static_cast<double>(fixed.weight[s]);
  }
}

template <bool kWithSlopes>
void JointHistogram::fill() {
  const auto& size = moving_.grid.size;
  const Eigen::Array3f last(static_cast<float>(size[0] - 1), static_cast<float>(size[1] - 1), static_cast<float>(size[2] - 1));
  const Eigen::Array3i last_cell(std::max(0, size[0] - 2), std::max(0, size[1] - 2), std::max(0, size[2] - 2));
  const std::ptrdiff_t dx = size[0] > 1 ? 1 : 0;
  const std::ptrdiff_t dy = size[1] > 1 ? size[0] : 0;
  const std::ptrdiff_t dz = size[2] > 1 ? static_cast<std::ptrdiff_t>(size[0]) * size[1] : 0;
  // Neighbouring samples fall into overlapping cells. Two tables in turn, so that an addition need not wait for the one before it.
  std::fill(joint_.begin(), joint_.end(), 0.0);
  std::fill(odd_.begin(), odd_.end(), 0.0);
  if constexpr (kWithSlopes) hits_.resize(places.size());
  std::size_t hits = 0;
  met_ = 0.0;
  for (std::size_t s = 0; s < places.size(); ++s) {
    const Eigen::Vector3f& x = places[s];
    if (!(x[0] >= 0.0F && x[1] >= 0.0F && x[2] >= 0.0F && x[0] <= last[0] && x[1] <= last[1] && x[2] <= last[2])) continue;
    const int i = std::min(static_cast<int>(x[0]), last_cell[0]), j = std::min(static_cast<int>(x[1]), last_cell[1]),
              k = std::min(static_cast<int>(x[2]), last_cell[2]);
    const float fx = x[0] - static_cast<float>(i), fy = x[1] - static_cast<float>(j), fz = x[2] - static_cast<float>(k);
    const float* const v = moving_.gray.data() + moving_.grid.offset(i, j, k);
    const float d00 = v[dx] - v[0], d10 = v[dy + dx] - v[dy], d01 = v[dz + dx] - v[dz], d11 = v[dz + dy + dx] - v[dz + dy];
    const float a00 = v[0] + fx * d00, a10 = v[dy] + fx * d10, a01 = v[dz] + fx * d01, a11 = v[dz + dy] + fx * d11;
    const float b0 = a00 + fy * (a10 - a00), b1 = a01 + fy * (a11 - a01);
    const float value = b0 + fz * (b1 - b0);
    if (!(value == value)) continue;  // one of the eight may not be used
    const FixedBin& fixed = fixed_bins_[s];
    met_ += static_cast<double>(fixed.lower) + static_cast<double>(fixed.upper);
    const float bin = (std::clamp(value, options_.low, options_.high) - options_.low) * per_gray_ + 2.0F;
    const int column = static_cast<int>(bin);
    const Eigen::Array4d weights = spline_weights(bin - static_cast<float>(column));
    double* const cell = ((s & 1U) != 0 ? odd_ : joint_).data() + fixed.row + column - 1;
    Four(cell) += static_cast<double>(fixed.lower) * weights;
    Four(cell + columns_) += static_cast<double>(fixed.upper) * weights;
    if constexpr (kWithSlopes) {
      const bool cut = value <= options_.low || value >= options_.high;
      const float scale = cut ? 0.0F : per_gray_;
      const float d0 = d00 + fy * (d10 - d00), d1 = d01 + fy * (d11 - d01);
      Hit& hit = hits_[hits++];
      hit.sample = static_cast<std::uint32_t>(s);
      hit.bin = bin;
      hit.bins_per_index = {scale * (d0 + fz * (d1 - d0)), scale * ((a10 - a00) + fz * ((a11 - a01) - (a10 - a00))), scale * (b1 - b0)};
    }
  }
  hits_.resize(hits);
}

void JointHistogram::add_up() {
  value_ = sum_entropy_ = joint_entropy_ = 0.0;
  overlap_ = total_ > 0.0 ? met_ / total_ : 0.0;
  if (!(met_ > 0.0)) return;
  for (std::size_t c = 0; c < joint_.size(); ++c) joint_[c] = (joint_[c] + odd_[c]) / met_;
  std::vector<double> fixed(static_cast<std::size_t>(rows_), 0.0), moving(static_cast<std::size_t>(columns_), 0.0);
  std::size_t cell = 0;
  for (double& row : fixed)
    for (double& column : moving) {
      row += joint_[cell];
      column += joint_[cell++];
    }
  std::vector<double> unused;
  sum_entropy_ = entropy(fixed, unused) + entropy(moving, log_moving_);
  joint_entropy_ = entropy(joint_, log_joint_);
  if (sum_entropy_ > 1e-9) value_ = 2.0 * (sum_entropy_ - joint_entropy_) / sum_entropy_;
}

void JointHistogram::evaluate(bool with_slopes) {
  if (with_slopes)
    fill<true>();
  else
    fill<false>();
  add_up();
}

const std::vector<JointHistogram::Slope>& JointHistogram::slopes() {
  slopes_.clear();
  if (!(sum_entropy_ > 1e-9)) return slopes_;
  // value = 2 - 2 HJ / (HF + HM). Samples do not leave the table, so HF stays: d value = -2 (dHJ S - HJ dHM) / S^2 with
  // dH = -sum dp log p, as the dp of a sample add up to zero.
  const double scale = 2.0 / (sum_entropy_ * sum_entropy_ * met_);
  std::size_t cell = 0;
  for (int a = 0; a < rows_; ++a)
    for (const double log_moving : log_moving_) {
      odd_[cell] = scale * (log_joint_[cell] * sum_entropy_ - joint_entropy_ * log_moving);
      ++cell;
    }
  slopes_.reserve(hits_.size());
  for (const Hit& h : hits_) {
    const FixedBin& fixed = fixed_bins_[h.sample];
    const int column = static_cast<int>(h.bin);
    const double* const at = odd_.data() + fixed.row + column - 1;
    const Eigen::Array4d slope =
        static_cast<double>(fixed.lower) * ConstFour(at) + static_cast<double>(fixed.upper) * ConstFour(at + columns_);
    const double per_bin = (spline_slopes(h.bin - static_cast<float>(column)) * slope).sum();
    slopes_.push_back({h.sample, h.bins_per_index * static_cast<float>(per_bin)});
  }
  return slopes_;
}

}  // namespace seedaudit
