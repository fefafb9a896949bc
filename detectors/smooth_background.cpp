// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/smooth_background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "detectors/cubic_spline.h"

namespace seedaudit {
namespace {

// A seed with its blur is 2 mm wide. Before seeds are known, knots must be so wide that no chain of seeds is followed; once they are, as
// fine as they can be without standing in for a seed.
constexpr double kCoarseMm = 5.0;
constexpr double kFineMm = 3.5;
constexpr int kRounds = 8;
constexpr double kSettled = 0.25;    // of the noise: a change that ends the rounds
constexpr double kRidge = 0.02;      // of the mean weight a knot: knots without voxels stay at the ring's background
constexpr std::size_t kKnots = 900;  // of a slice: beyond, the patch is a bone or a table and no place of seeds

struct Sample {
  double x_mm, y_mm, hu;
  bool known;  ///< false: clipped, its height says nothing
};

double robust_scale(std::vector<double> r, double least) {
  for (auto& v : r) v = std::abs(v);
  if (r.empty()) return least;
  // The lower third of the absolute residuals: of two voxels in three, peaks may hold any share.
  const auto at = r.begin() + static_cast<std::ptrdiff_t>(r.size() / 3);
  std::nth_element(r.begin(), at, r.end());
  return std::max(least, *at / 0.43);
}

// Symmetric positive definite matrix whose entries farther than `width` from the diagonal are zero: knots of a row of splines only meet
// those of three rows on either side.
class BandMatrix {
 public:
  BandMatrix(std::size_t n, std::size_t width) : n_(n), width_(width), lower_(n * (width + 1), 0.0) {}
  /// Entry (row, column), column <= row.
  double& at(std::size_t row, std::size_t column) { return lower_[row * (width_ + 1) + column + width_ - row]; }
  void clear() { std::fill(lower_.begin(), lower_.end(), 0.0); }

  /// Cholesky, in place; `b` becomes the solution.
  void solve(std::vector<double>& b) {
    for (std::size_t i = 0; i < n_; ++i) {
      const std::size_t first = i > width_ ? i - width_ : 0;
      for (std::size_t j = first; j <= i; ++j) {
        const std::size_t from = std::max(first, j > width_ ? j - width_ : 0);
        double sum = at(i, j);
        for (std::size_t k = from; k < j; ++k) sum -= at(i, k) * at(j, k);
        at(i, j) = i == j ? std::sqrt(sum) : sum / at(j, j);
      }
      for (std::size_t k = first; k < i; ++k) b[i] -= at(i, k) * b[k];
      b[i] /= at(i, i);
    }
    for (std::size_t i = n_; i-- > 0;) {
      b[i] /= at(i, i);
      for (std::size_t k = i > width_ ? i - width_ : 0; k < i; ++k) b[k] -= at(i, k) * b[i];
    }
  }

 private:
  std::size_t n_, width_;
  std::vector<double> lower_;
};

double weight_of(double r, bool peaks) {
  if (r > 1.0) return peaks ? 1.0 / (r * r * r) : 1.0 / r;
  return r < -1.0 ? -1.0 / r : 1.0;
}

// Smooth part of one slice, at its samples. The residuals of `guess` give the first weights.
std::vector<double> smooth_part(const std::vector<Sample>& samples, const std::vector<double>& guess, double noise_hu, bool peaks) {
  const double knot_mm = peaks ? kCoarseMm : kFineMm;
  std::vector<double> out(samples.size(), 0.0);
  double x0 = std::numeric_limits<double>::infinity(), y0 = x0, x1 = -x0, y1 = -x0;
  for (const auto& s : samples) {
    x0 = std::min(x0, s.x_mm);
    x1 = std::max(x1, s.x_mm);
    y0 = std::min(y0, s.y_mm);
    y1 = std::max(y1, s.y_mm);
  }
  if (samples.size() < 16) return out;
  const auto nx = static_cast<std::size_t>(std::floor((x1 - x0) / knot_mm)) + 4;
  const auto ny = static_cast<std::size_t>(std::floor((y1 - y0) / knot_mm)) + 4;
  if (nx * ny > kKnots) return out;
  std::vector<std::array<double, 16>> basis;
  std::vector<std::size_t> first;  // the 16 knots of a sample: four rows of four
  for (const auto& s : samples) {
    const CubicSpline bx = cubic_spline_at((s.x_mm - x0) / knot_mm), by = cubic_spline_at((s.y_mm - y0) / knot_mm);
    first.push_back(bx.first + nx * by.first);
    auto& b = basis.emplace_back();
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t i = 0; i < 4; ++i) b[4 * j + i] = bx.weight[i] * by.weight[j];
  }
  std::vector<double> residual(samples.size()), c(nx * ny);
  for (std::size_t n = 0; n < samples.size(); ++n) residual[n] = samples[n].hu - guess[n];
  BandMatrix normal(nx * ny, 3 * nx + 3);
  for (int round = 0; round < kRounds; ++round) {
    const double scale = 2.0 * robust_scale(residual, noise_hu);
    normal.clear();
    std::fill(c.begin(), c.end(), 0.0);
    double sum = 0.0;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      if (!samples[n].known) continue;
      const double w = weight_of(residual[n] / scale, peaks);
      sum += w;
      for (std::size_t p = 0; p < 16; ++p) {
        const std::size_t row = first[n] + p % 4 + nx * (p / 4);
        const double wb = w * basis[n][p];
        c[row] += wb * samples[n].hu;
        for (std::size_t q = 0; q <= p; ++q) normal.at(row, first[n] + q % 4 + nx * (q / 4)) += wb * basis[n][q];
      }
    }
    const double ridge = kRidge * sum / static_cast<double>(nx * ny) + 1e-9;
    for (std::size_t n = 0; n < nx * ny; ++n) normal.at(n, n) += ridge;
    normal.solve(c);
    double change = 0.0;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      double v = 0.0;
      for (std::size_t p = 0; p < 16; ++p) v += basis[n][p] * c[first[n] + p % 4 + nx * (p / 4)];
      change = std::max(change, std::abs(v - out[n]));
      out[n] = v;
      residual[n] = samples[n].hu - v;
    }
    if (round > 0 && change < kSettled * noise_hu) break;
  }
  return out;
}

}  // namespace

void level_background(VoxelPatch& patch, double noise_hu) {
  patch.level_hu.assign(patch.count(), 0.0F);
  std::vector<Sample> samples;
  for (int k = 0; k < patch.size[2]; ++k) {
    samples.clear();
    for (int j = 0; j < patch.size[1]; ++j)
      for (int i = 0; i < patch.size[0]; ++i) {
        const auto v = patch.offset(i, j, k);
        samples.push_back({patch.x_mm(0, i), patch.x_mm(1, j), static_cast<double>(patch.hu[v] - patch.background_hu[v]),
                           patch.clip[v] == VoxelPatch::kNone});
      }
    const auto smooth = smooth_part(samples, std::vector<double>(samples.size(), 0.0), noise_hu, true);
    for (int j = 0; j < patch.size[1]; ++j)
      for (int i = 0; i < patch.size[0]; ++i) {
        const auto v = patch.offset(i, j, k);
        patch.level_hu[v] =
            static_cast<float>(smooth[static_cast<std::size_t>(i) + static_cast<std::size_t>(patch.size[0]) * static_cast<std::size_t>(j)]);
        patch.background_hu[v] += patch.level_hu[v];
      }
  }
}

double level_background(FitSite& site, const std::vector<float>& explained, double noise_hu) {
  double largest = 0.0;
  for (std::size_t k = 0; k < site.slice_z_mm.size(); ++k) {
    std::vector<Sample> samples;
    std::vector<std::size_t> voxel;
    std::vector<double> guess;
    for (const auto& c : site.columns)
      for (std::size_t v = c.begin; v < c.end; ++v) {
        if (site.slice[v] != k) continue;
        samples.push_back(
            {c.x_mm, c.y_mm, static_cast<double>(site.hu[v] + site.level_hu[v] - explained[v]), site.clip[v] == VoxelPatch::kNone});
        voxel.push_back(v);
        guess.push_back(site.level_hu[v]);
      }
    const auto smooth = smooth_part(samples, guess, noise_hu, false);
    for (std::size_t n = 0; n < voxel.size(); ++n) {
      const auto level = static_cast<float>(smooth[n]);
      const float change = level - site.level_hu[voxel[n]];
      site.hu[voxel[n]] -= change;
      site.level_hu[voxel[n]] = level;
      largest = std::max(largest, static_cast<double>(std::abs(change)));
    }
  }
  return largest;
}

}  // namespace seedaudit
