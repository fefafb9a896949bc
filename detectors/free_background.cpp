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
      std::array<Eigen::Index, 16> knot;
      for (std::size_t p = 0; p < 16; ++p) {
        weight[p] = static_cast<double>(row.weight[p / 4]) * static_cast<double>(column.weight[p % 4]);
        knot[p] = static_cast<Eigen::Index>(column.first + p % 4 + across_ * (row.first + p / 4));
      }
      for (std::size_t v = column.begin; v < column.end; ++v) {
        auto& m = normal[slice_of_[v]];
        if (m.size() == 0) m = Eigen::MatrixXd::Identity(n, n) / (level_hu_ * level_hu_);
        if (trust_[v] == 0.0F) continue;
        for (std::size_t p = 0; p < 16; ++p)
          for (std::size_t o = 0; o <= p; ++o) m(knot[p], knot[o]) += static_cast<double>(trust_[v]) * weight[p] * weight[o];
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
  for (const auto& column : columns_)
    for (std::size_t v = column.begin; v < column.end; ++v) {
      if (residual[v] == 0.0F) continue;
      lowest = std::min(lowest, slice_of_[v]);
      highest = std::max(highest, slice_of_[v]);
    }
  if (lowest > highest) return 0.0;
  const auto part_of = [&](const Column& column) {
    Part p{column.begin, column.end};
    while (p.begin < p.end && slice_of_[p.begin] < lowest) ++p.begin;
    while (p.end > p.begin && slice_of_[p.end - 1] > highest) --p.end;
    return p;
  };
  // A table a knot, its slices one behind the other; rows of voxels are summed along x first.
  using Table = Eigen::ArrayXXf;
  const auto slices = static_cast<Eigen::Index>(highest + 1 - lowest);
  const auto across = static_cast<Eigen::Index>(across_), along = static_cast<Eigen::Index>(along_);
  Table knots = Table::Zero(slices, across * along), line(slices, across);
  Eigen::ArrayXf column_sum(slices);
  for (const auto& row : rows_) {
    line.setZero();
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const Column& column = columns_[q];
      const Part voxels = part_of(column);
      if (voxels.begin == voxels.end) continue;
      const std::size_t first = slice_of_[voxels.begin];
      const auto n = static_cast<Eigen::Index>(slice_of_[voxels.end - 1] + 1 - first);
      column_sum.head(n).setZero();
      for (std::size_t v = voxels.begin; v < voxels.end; ++v)
        column_sum[static_cast<Eigen::Index>(slice_of_[v] - first)] = trust_[v] * residual[v];
      for (std::size_t p = 0; p < 4; ++p)
        line.col(static_cast<Eigen::Index>(column.first + p)).segment(static_cast<Eigen::Index>(first - lowest), n) +=
            column.weight[p] * column_sum.head(n);
    }
    for (std::size_t p = 0; p < 4; ++p) knots.middleCols(across * static_cast<Eigen::Index>(row.first + p), across) += row.weight[p] * line;
  }
  double departure = 0.0;
  for (Eigen::Index k = 0; k < slices; ++k) {
    const auto& normal = normal_[lowest + static_cast<std::size_t>(k)];
    if (!normal) continue;
    Eigen::VectorXd c = knots.row(k).transpose().matrix().cast<double>();
    normal->solveInPlace(c);
    departure += c.squaredNorm();
    knots.row(k) = c.cast<float>().transpose().array();
  }
  for (const auto& row : rows_) {
    line = row.weight[0] * knots.middleCols(across * static_cast<Eigen::Index>(row.first), across);
    for (std::size_t p = 1; p < 4; ++p) line += row.weight[p] * knots.middleCols(across * static_cast<Eigen::Index>(row.first + p), across);
    for (std::size_t q = row.begin; q < row.end; ++q) {
      const Column& column = columns_[q];
      const Part voxels = part_of(column);
      if (voxels.begin == voxels.end) continue;
      const std::size_t first = slice_of_[voxels.begin];
      const auto n = static_cast<Eigen::Index>(slice_of_[voxels.end - 1] + 1 - first);
      const auto part = [&](std::size_t p) {
        return line.col(static_cast<Eigen::Index>(column.first + p)).segment(static_cast<Eigen::Index>(first - lowest), n);
      };
      column_sum.head(n) =
          column.weight[0] * part(0) + column.weight[1] * part(1) + column.weight[2] * part(2) + column.weight[3] * part(3);
      for (std::size_t v = voxels.begin; v < voxels.end; ++v) residual[v] -= column_sum[static_cast<Eigen::Index>(slice_of_[v] - first)];
    }
  }
  return departure / (level_hu_ * level_hu_);
}

}  // namespace seedaudit
