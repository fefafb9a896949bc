// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/free_background.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "detectors/cubic_spline.h"
#include "detectors/fit_site.h"
#include "detectors/simd_clones.h"

namespace seedaudit {
namespace {

// Splines of a row meet those of three rows on either side, and three beside them: nothing lies farther from the diagonal.
std::size_t band_of(std::size_t across) { return 3 * across + 3; }

// Cholesky of `size` rows of a band of symmetric matrices, one a lane, in place: row i holds its entries from the diagonal to `width`
// columns before it. The diagonal is left inverted. Eight lanes are two registers.
SEEDAUDIT_SIMD_CLONES void factorise_band(double* lower, std::size_t size, std::size_t width) {
  constexpr std::size_t kHalf = kLanes / 2;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t first = i > width ? i - width : 0;
    double* row_i = lower + i * (width + 1) * kLanes;
    for (std::size_t j = first; j <= i; ++j) {
      const double* row_j = lower + j * (width + 1) * kLanes;
      double* entry = row_i + (i - j) * kLanes;
      Double4 low = lanes_at(entry), high = lanes_at(entry + kHalf);
      for (std::size_t k = first; k < j; ++k) {
        const double *a = row_i + (i - k) * kLanes, *b = row_j + (j - k) * kLanes;
        low -= lanes_at(a) * lanes_at(b);
        high -= lanes_at(a + kHalf) * lanes_at(b + kHalf);
      }
      if (j < i) {
        lanes_at(entry) = low * lanes_at(row_j);
        lanes_at(entry + kHalf) = high * lanes_at(row_j + kHalf);
        continue;
      }
      lanes_at(entry) = low;
      lanes_at(entry + kHalf) = high;
      for (std::size_t n = 0; n < kLanes; ++n) entry[n] = 1.0 / std::sqrt(entry[n]);
    }
  }
}

// c becomes the solution; lanes fastest.
SEEDAUDIT_SIMD_CLONES void solve_band(const double* lower, std::size_t size, std::size_t width, double* c) {
  constexpr std::size_t kHalf = kLanes / 2;
  for (std::size_t i = 0; i < size; ++i) {
    const double* row = lower + i * (width + 1) * kLanes;
    double* at = c + i * kLanes;
    Double4 low = lanes_at(at), high = lanes_at(at + kHalf);
    for (std::size_t w = std::min(i, width); w > 0; --w) {
      const double *a = row + w * kLanes, *b = at - w * kLanes;
      low -= lanes_at(a) * lanes_at(b);
      high -= lanes_at(a + kHalf) * lanes_at(b + kHalf);
    }
    lanes_at(at) = low * lanes_at(row);
    lanes_at(at + kHalf) = high * lanes_at(row + kHalf);
  }
  for (std::size_t i = size; i-- > 0;) {
    const double* row = lower + i * (width + 1) * kLanes;
    double* at = c + i * kLanes;
    const Double4 low = lanes_at(at) * lanes_at(row), high = lanes_at(at + kHalf) * lanes_at(row + kHalf);
    lanes_at(at) = low;
    lanes_at(at + kHalf) = high;
    for (std::size_t w = std::min(i, width); w > 0; --w) {
      const double* a = row + w * kLanes;
      double* before = at - w * kLanes;
      lanes_at(before) -= lanes_at(a) * low;
      lanes_at(before + kHalf) -= lanes_at(a + kHalf) * high;
    }
  }
}

// Of each voxel its slice in its block and its weight; the splines along x and y.
struct Voxels {
  const std::uint8_t* lane;
  const float* trust;
  std::size_t across, along;
};

// Takes the best background of a block out of a residual; returns the sum of its squared knots.
SEEDAUDIT_SIMD_CLONES double take_from_block(const SplineBlock& block, Voxels voxels, float* residual) {
  const std::size_t across = voxels.across;
  // Where the residual is of one seed, or what it changes by, most slices hold nothing.
  const auto silent = [&] {
    for (const SplineBlock::Column& column : block.columns)
      for (std::size_t v = column.begin; v < column.end; ++v)
        if (residual[v] != 0.0F) return false;
    return true;
  };
  if (silent()) return 0.0;
  const std::size_t n = across * voxels.along;
  const auto at = [](float* base, std::size_t index) -> Float8& { return lanes_at(base + index * kLanes); };
  std::vector<float> scratch((n + across) * kLanes, 0.0F);
  float *knots = scratch.data(), *line = knots + n * kLanes;
  // Rows of voxels are summed along x first.
  for (const SplineBlock::Row& row : block.rows) {
    std::fill(line, line + across * kLanes, 0.0F);
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const SplineBlock::Column& column = block.columns[q];
      alignas(32) float sum[kLanes] = {};
      for (std::size_t v = column.begin; v < column.end; ++v) sum[voxels.lane[v]] = voxels.trust[v] * residual[v];
      const Float8 value = at(sum, 0);
      for (std::size_t p = 0; p < 4; ++p) at(line, column.first + p) += column.weight[p] * value;
    }
    for (std::size_t p = 0; p < 4; ++p) {
      float* to = knots + across * (row.first + p) * kLanes;
      for (std::size_t x = 0; x < across; ++x) at(to, x) += row.weight[p] * at(line, x);
    }
  }
  std::vector<double> c(knots, knots + n * kLanes);
  solve_band(block.factor.data(), n, band_of(across), c.data());
  std::array<double, kLanes> sum{};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = c[i * kLanes + lane];
      sum[lane] += value * value;
      knots[i * kLanes + lane] = static_cast<float>(value);
    }
  for (const SplineBlock::Row& row : block.rows) {
    const float* from = knots + across * row.first * kLanes;
    for (std::size_t x = 0; x < across; ++x) {
      const auto knot = [&](std::size_t p) -> const Float8& { return lanes_at(from + (across * p + x) * kLanes); };
      Float8 value = row.weight[0] * knot(0);
      for (std::size_t p = 1; p < 4; ++p) value += row.weight[p] * knot(p);
      at(line, x) = value;
    }
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const SplineBlock::Column& column = block.columns[q];
      const Float8 value = column.weight[0] * at(line, column.first) + column.weight[1] * at(line, column.first + 1) +
                           column.weight[2] * at(line, column.first + 2) + column.weight[3] * at(line, column.first + 3);
      alignas(32) float level[kLanes];
      at(level, 0) = value;
      for (std::size_t v = column.begin; v < column.end; ++v) residual[v] -= level[voxels.lane[v]];
    }
  }
  double departure = 0.0;
  for (const double s : sum) departure += s;
  return departure;
}

}  // namespace

FreeBackground::FreeBackground(const FitSite& site) : level_hu_(site.free.level_hu) {
  const double knot_mm = site.free.knot_mm;
  double x0 = std::numeric_limits<double>::infinity(), y0 = x0, x1 = -x0, y1 = -x0;
  for (const auto& c : site.columns) {
    x0 = std::min(x0, c.x_mm);
    x1 = std::max(x1, c.x_mm);
    y0 = std::min(y0, c.y_mm);
    y1 = std::max(y1, c.y_mm);
  }
  if (site.columns.empty()) return;
  across_ = static_cast<std::size_t>(std::floor((x1 - x0) / knot_mm)) + 4;
  along_ = static_cast<std::size_t>(std::floor((y1 - y0) / knot_mm)) + 4;
  trust_.resize(site.count());
  for (std::size_t v = 0; v < site.count(); ++v)
    trust_[v] = site.clip[v] == VoxelPatch::kNone ? 1.0F / (site.sigma[v] * site.sigma[v]) : 0.0F;
  // Blocks begin with the lowest slice that holds a voxel.
  std::size_t lowest = site.slice_z_mm.size(), highest = 0;
  for (const auto& c : site.columns) {
    lowest = std::min<std::size_t>(lowest, site.slice[c.begin]);
    highest = std::max<std::size_t>(highest, site.slice[c.end - 1]);
  }
  lane_.resize(site.count());
  for (std::size_t v = 0; v < site.count(); ++v) lane_[v] = static_cast<std::uint8_t>((site.slice[v] - lowest) % kLanes);
  blocks_.resize((highest - lowest) / kLanes + 1);
  const auto narrow = [](const CubicSpline& b) {
    std::array<float, 4> w;
    for (std::size_t n = 0; n < 4; ++n) w[n] = static_cast<float>(b.weight[n]);
    return w;
  };
  double row_mm = std::numeric_limits<double>::quiet_NaN();
  CubicSpline along{};
  std::vector<std::uint8_t> begun(blocks_.size());  // the row, in that block
  for (const auto& c : site.columns) {
    if (c.y_mm != row_mm) {
      row_mm = c.y_mm;
      along = cubic_spline_at((row_mm - y0) / knot_mm);
      std::fill(begun.begin(), begun.end(), std::uint8_t{0});
    }
    const CubicSpline b = cubic_spline_at((c.x_mm - x0) / knot_mm);
    for (std::size_t begin = c.begin; begin < c.end;) {
      const std::size_t n = (site.slice[begin] - lowest) / kLanes;
      std::size_t end = begin + 1;
      while (end < c.end && (site.slice[end] - lowest) / kLanes == n) ++end;
      SplineBlock& block = blocks_[n];
      if (begun[n] == 0) block.rows.push_back({block.columns.size(), 0, along.first, narrow(along)});
      begun[n] = 1;
      block.columns.push_back({begin, end, b.first, narrow(b)});
      block.rows.back().end = block.columns.size();
      begin = end;
    }
  }
  for (auto& block : blocks_)
    if (!block.columns.empty()) factorise(block);
}

void FreeBackground::factorise(SplineBlock& block) const {
  const std::size_t n = across_ * along_, width = band_of(across_);
  block.factor.assign(n * (width + 1) * kLanes, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t lane = 0; lane < kLanes; ++lane) block.factor[i * (width + 1) * kLanes + lane] = 1.0 / (level_hu_ * level_hu_);
  // Splines are products: a row is summed along x once, for all pairs of splines along y.
  std::vector<double> line(across_ * 4 * kLanes);  // knot x, and the one 0 to 3 beyond it
  for (const auto& row : block.rows) {
    std::fill(line.begin(), line.end(), 0.0);
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const SplineBlock::Column& column = block.columns[q];
      std::array<double, kLanes> trust{};
      for (std::size_t v = column.begin; v < column.end; ++v) trust[lane_[v]] = static_cast<double>(trust_[v]);
      for (std::size_t p = 0; p < 4; ++p)
        for (std::size_t d = 0; p + d < 4; ++d) {
          const double weight = static_cast<double>(column.weight[p]) * static_cast<double>(column.weight[p + d]);
          double* to = &line[((column.first + p) * 4 + d) * kLanes];
          for (std::size_t lane = 0; lane < kLanes; ++lane) to[lane] += weight * trust[lane];
        }
    }
    for (std::size_t p = 0; p < 4; ++p)
      for (std::size_t o = 0; o <= p; ++o) {
        const double weight = static_cast<double>(row.weight[p]) * static_cast<double>(row.weight[o]);
        for (std::size_t x = 0; x < across_; ++x)
          for (std::size_t z = x > 3 ? x - 3 : 0; z < std::min(x + 4, across_); ++z) {
            if (p == o && z > x) continue;
            const double* from = &line[(std::min(x, z) * 4 + (std::max(x, z) - std::min(x, z))) * kLanes];
            const std::size_t i = (row.first + p) * across_ + x, j = (row.first + o) * across_ + z;
            double* to = &block.factor[(i * (width + 1) + i - j) * kLanes];
            for (std::size_t lane = 0; lane < kLanes; ++lane) to[lane] += weight * from[lane];
          }
      }
  }
  factorise_band(block.factor.data(), n, width);
}

double FreeBackground::log_volume() const {
  const std::size_t row = (band_of(across_) + 1) * kLanes;
  double sum = 0.0;
  for (const auto& block : blocks_)
    for (std::size_t i = 0; i < block.factor.size(); i += row)
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum += 2.0 * std::log(level_hu_ / block.factor[i + lane]);
  return sum;
}

double FreeBackground::take_from(std::vector<float>& residual) const {
  double departure = 0.0;
  for (const auto& block : blocks_)
    if (!block.columns.empty()) departure += take_from_block(block, {lane_.data(), trust_.data(), across_, along_}, residual.data());
  return departure / (level_hu_ * level_hu_);
}

}  // namespace seedaudit
