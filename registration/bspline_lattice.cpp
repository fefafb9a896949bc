// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/bspline_lattice.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {

BSplineLattice BSplineLattice::over(const Eigen::Vector3d& low_mm, const Eigen::Vector3d& high_mm, double spacing_mm) {
  BSplineLattice out;
  out.spacing_mm_ = spacing_mm;
  for (int a = 0; a < 3; ++a) {
    const int cells = std::max(1, static_cast<int>(std::ceil((high_mm[a] - low_mm[a]) / spacing_mm)));
    out.size_[static_cast<std::size_t>(a)] = cells + 3;
    // The box sits in the middle of its whole cells; one control point lies before them, one after, as a cubic needs.
    out.first_mm_[a] = 0.5 * (low_mm[a] + high_mm[a]) - 0.5 * cells * spacing_mm - spacing_mm;
  }
  out.mm.assign(static_cast<std::size_t>(out.size_[0]) * static_cast<std::size_t>(out.size_[1]) * static_cast<std::size_t>(out.size_[2]),
                Eigen::Vector3d::Zero());
  return out;
}

LatticePlace BSplineLattice::place_of(const Eigen::Vector3d& at_mm) const {
  LatticePlace out;
  std::array<int, 3> cell{};
  for (int a = 0; a < 3; ++a) {
    const auto u = static_cast<std::size_t>(a);
    const double x = std::clamp((at_mm[a] - first_mm_[a]) / spacing_mm_ - 1.0, 0.0, static_cast<double>(size_[u] - 3));
    cell[u] = std::min(static_cast<int>(x), size_[u] - 4);
    const double t = x - cell[u], s = 1.0 - t;
    out.weight[u] = {static_cast<float>(s * s * s / 6.0), static_cast<float>(2.0 / 3.0 - t * t + 0.5 * t * t * t),
                     static_cast<float>(2.0 / 3.0 - s * s + 0.5 * s * s * s), static_cast<float>(t * t * t / 6.0)};
  }
  out.first = offset(cell[0], cell[1], cell[2]);
  return out;
}

Eigen::Vector3d BSplineLattice::displacement(const LatticePlace& place) const {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  const auto row = static_cast<std::size_t>(size_[0]);
  const std::size_t slice = row * static_cast<std::size_t>(size_[1]);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t j = 0; j < 4; ++j) {
      const std::size_t at = place.first + j * row + k * slice;
      Eigen::Vector3d line = Eigen::Vector3d::Zero();
      for (std::size_t i = 0; i < 4; ++i) line += static_cast<double>(place.weight[0][i]) * mm[at + i];
      sum += static_cast<double>(place.weight[1][j] * place.weight[2][k]) * line;
    }
  return sum;
}

void BSplineLattice::spread(const LatticePlace& place, const Eigen::Vector3d& value, std::vector<Eigen::Vector3d>& into) const {
  const auto row = static_cast<std::size_t>(size_[0]);
  const std::size_t slice = row * static_cast<std::size_t>(size_[1]);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t j = 0; j < 4; ++j) {
      const std::size_t at = place.first + j * row + k * slice;
      const Eigen::Vector3d line = static_cast<double>(place.weight[1][j] * place.weight[2][k]) * value;
      for (std::size_t i = 0; i < 4; ++i) into[at + i] += static_cast<double>(place.weight[0][i]) * line;
    }
}

BSplineLattice BSplineLattice::refined() const {
  // Subdivision of uniform cubic B-splines: a new control point on an old one is (1 6 1)/8 of it and its neighbours, one between two is
  // their mean. The outermost new points would need neighbours that are not there and do not exist: the box needs one less on each side.
  BSplineLattice out;
  out.spacing_mm_ = 0.5 * spacing_mm_;
  for (int a = 0; a < 3; ++a) {
    const auto u = static_cast<std::size_t>(a);
    out.size_[u] = 2 * (size_[u] - 3) + 3;
    out.first_mm_[a] = first_mm_[a] + 0.5 * spacing_mm_;
  }
  out.mm.assign(static_cast<std::size_t>(out.size_[0]) * static_cast<std::size_t>(out.size_[1]) * static_cast<std::size_t>(out.size_[2]),
                Eigen::Vector3d::Zero());
  struct Part {
    int at;
    double weight;
  };
  const auto parts = [](int fine) {
    // Fine point n lies at coarse (n + 1) / 2.
    const int twice = fine + 1;
    const int c = twice / 2;
    if (twice % 2 != 0) return std::array<Part, 3>{Part{c, 0.5}, Part{c + 1, 0.5}, Part{c, 0.0}};
    return std::array<Part, 3>{Part{c - 1, 0.125}, Part{c, 0.75}, Part{c + 1, 0.125}};
  };
  for (int k = 0; k < out.size_[2]; ++k)
    for (int j = 0; j < out.size_[1]; ++j)
      for (int i = 0; i < out.size_[0]; ++i) {
        Eigen::Vector3d sum = Eigen::Vector3d::Zero();
        for (const Part& pk : parts(k))
          for (const Part& pj : parts(j))
            for (const Part& pi : parts(i)) {
              const double w = pi.weight * pj.weight * pk.weight;
              if (w > 0.0) sum += w * mm[offset(pi.at, pj.at, pk.at)];
            }
        out.mm[out.offset(i, j, k)] = sum;
      }
  return out;
}

double BSplineLattice::roughness(double bending, double stretching, std::vector<Eigen::Vector3d>& into) const {
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(size_[0]),
                                          static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1])};
  const double n = static_cast<double>(mm.size());
  const double h = spacing_mm_;
  const double per_second = bending / (n * h * h * h * h), per_first = stretching / (n * h * h);
  double sum = 0.0;
  // One squared difference with signed weights: value and gradient.
  const auto add = [&](double factor, std::initializer_list<std::pair<std::size_t, double>> terms) {
    Eigen::Vector3d d = Eigen::Vector3d::Zero();
    for (const auto& [at, w] : terms) d += w * mm[at];
    sum += factor * d.squaredNorm();
    for (const auto& [at, w] : terms) into[at] += (2.0 * factor * w) * d;
  };
  for (int k = 0; k < size_[2]; ++k)
    for (int j = 0; j < size_[1]; ++j)
      for (int i = 0; i < size_[0]; ++i) {
        const std::array<int, 3> at{i, j, k};
        const std::size_t o = offset(i, j, k);
        for (std::size_t a = 0; a < 3; ++a) {
          if (at[a] + 1 >= size_[a]) continue;
          add(per_first, {{o, -1.0}, {o + stride[a], 1.0}});
          if (at[a] + 2 < size_[a]) add(per_second, {{o, 1.0}, {o + stride[a], -2.0}, {o + 2 * stride[a], 1.0}});
          for (std::size_t b = a + 1; b < 3; ++b)
            if (at[b] + 1 < size_[b])
              add(2.0 * per_second, {{o, 1.0}, {o + stride[a], -1.0}, {o + stride[b], -1.0}, {o + stride[a] + stride[b], 1.0}});
        }
      }
  return sum;
}

}  // namespace seedaudit
