// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/free_background.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "detectors/cubic_spline.h"
#include "detectors/fit_site.h"

namespace seedaudit {
namespace {

struct Part {
  std::size_t begin = 0, end = 0;
};

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
  slice_of_.assign(site.slice.begin(), site.slice.end());
  trust_.resize(site.count());
  for (std::size_t v = 0; v < site.count(); ++v)
    trust_[v] = site.clip[v] == VoxelPatch::kNone ? 1.0F / (site.sigma[v] * site.sigma[v]) : 0.0F;
  const auto narrow = [](const CubicSpline& b) {
    std::array<float, 4> w;
    for (std::size_t n = 0; n < 4; ++n) w[n] = static_cast<float>(b.weight[n]);
    return w;
  };
  double row_mm = std::numeric_limits<double>::quiet_NaN();
  for (const auto& c : site.columns) {
    if (c.y_mm != row_mm) {
      row_mm = c.y_mm;
      const CubicSpline b = cubic_spline_at((row_mm - y0) / knot_mm);
      rows_.push_back({columns_.size(), columns_.size(), b.first, narrow(b)});
    }
    const CubicSpline b = cubic_spline_at((c.x_mm - x0) / knot_mm);
    columns_.push_back({c.begin, c.end, b.first, narrow(b)});
    rows_.back().end = columns_.size();
  }
  const auto n = static_cast<Eigen::Index>(across_ * along_);
  std::vector<Eigen::MatrixXd> normal(site.slice_z_mm.size());
  for (const auto& row : rows_)
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const Column& column = columns_[q];
      std::array<double, 16> weight;
      std::array<Eigen::Index, 4> knot;  // the first of four along x
      for (std::size_t p = 0; p < 16; ++p) weight[p] = static_cast<double>(row.weight[p / 4]) * static_cast<double>(column.weight[p % 4]);
      for (std::size_t p = 0; p < 4; ++p) knot[p] = static_cast<Eigen::Index>(column.first + across_ * (row.first + p));
      for (std::size_t v = column.begin; v < column.end; ++v) {
        auto& m = normal[slice_of_[v]];
        if (m.size() == 0) m = Eigen::MatrixXd::Identity(n, n) / (level_hu_ * level_hu_);
        if (trust_[v] == 0.0F) continue;
        std::array<double, 16> trusted;
        for (std::size_t p = 0; p < 16; ++p) trusted[p] = static_cast<double>(trust_[v]) * weight[p];
        // The lower half, four rows at a time; what falls into the upper half beside the diagonal is not read.
        for (std::size_t o = 0; o < 16; ++o) {
          double* const to = m.col(knot[o / 4] + static_cast<Eigen::Index>(o % 4)).data();
          for (std::size_t p = o / 4; p < 4; ++p)
            Eigen::Map<Eigen::Array4d>{to + knot[p]} += weight[o] * Eigen::Map<const Eigen::Array4d>{&trusted[4 * p]};
        }
      }
    }
  for (const auto& m : normal) {
    auto& solved = normal_.emplace_back();
    if (m.size() == 0) continue;
    solved.emplace(m);
    log_volume_ += 2.0 * (solved->matrixLLT().diagonal().array() * level_hu_).log().sum();
  }
}

double FreeBackground::take_from(std::vector<float>& residual) const {
  if (columns_.empty()) return 0.0;
  // Where the residual is of one seed, or what it changes by, most slices hold nothing.
  std::size_t lowest = normal_.size(), highest = 0;
  for (std::size_t v = 0; v < slice_of_.size(); ++v) {
    if (residual[v] == 0.0F) continue;
    lowest = std::min<std::size_t>(lowest, slice_of_[v]);
    highest = std::max<std::size_t>(highest, slice_of_[v]);
  }
  if (lowest > highest) return 0.0;
  // A plane of knots for each slice, x fastest; a row of voxels is summed along x first, into a line of knots for each slice.
  const std::size_t slices = highest + 1 - lowest, plane = across_ * along_;
  std::vector<float> knots(slices * plane, 0.0F), line(slices * across_);
  const auto trimmed = [&](const Column& column) {
    Part p{column.begin, column.end};
    while (p.begin < p.end && slice_of_[p.begin] < lowest) ++p.begin;
    while (p.end > p.begin && slice_of_[p.end - 1] > highest) --p.end;
    return p;
  };
  for (const auto& row : rows_) {
    std::fill(line.begin(), line.end(), 0.0F);
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const Column& column = columns_[q];
      const Part voxels = trimmed(column);
      const Eigen::Array4f weights = Eigen::Map<const Eigen::Array4f>{column.weight.data()};
      for (std::size_t v = voxels.begin; v < voxels.end; ++v) {
        const float weighed = trust_[v] * residual[v];
        float* at = &line[(slice_of_[v] - lowest) * across_ + column.first];
        Eigen::Map<Eigen::Array4f>{at} += weights * weighed;
      }
    }
    for (std::size_t k = 0; k < slices; ++k) {
      const float* from = &line[k * across_];
      for (std::size_t p = 0; p < 4; ++p) {
        float* to = &knots[k * plane + (row.first + p) * across_];
        for (std::size_t x = 0; x < across_; ++x) to[x] += row.weight[p] * from[x];
      }
    }
  }
  double departure = 0.0;
  for (std::size_t k = 0; k < slices; ++k) {
    const auto& normal = normal_[lowest + k];
    if (!normal) continue;
    Eigen::Map<Eigen::VectorXf> here(&knots[k * plane], static_cast<Eigen::Index>(plane));
    Eigen::VectorXd c = here.cast<double>();
    normal->solveInPlace(c);
    departure += c.squaredNorm();
    here = c.cast<float>();
  }
  for (const auto& row : rows_) {
    for (std::size_t k = 0; k < slices; ++k) {
      const float* from = &knots[k * plane + row.first * across_];
      float* to = &line[k * across_];
      for (std::size_t x = 0; x < across_; ++x)
        to[x] = row.weight[0] * from[x] + row.weight[1] * from[x + across_] + row.weight[2] * from[x + 2 * across_] +
                row.weight[3] * from[x + 3 * across_];
    }
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const Column& column = columns_[q];
      const Part voxels = trimmed(column);
      for (std::size_t v = voxels.begin; v < voxels.end; ++v) {
        const float* at = &line[(slice_of_[v] - lowest) * across_ + column.first];
        residual[v] -= column.weight[0] * at[0] + column.weight[1] * at[1] + column.weight[2] * at[2] + column.weight[3] * at[3];
      }
    }
  }
  return departure / (level_hu_ * level_hu_);
}

}  // namespace seedaudit
