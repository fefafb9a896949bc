// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <vector>

/// Internal to registration: a smooth displacement over a box, as cubic B-splines on a regular lattice (Rueckert et al., IEEE TMI 18:712,
/// 1999).
namespace seedaudit {

/// Where a point lies in the lattice: the first of 4 x 4 x 4 control points that move it, and their weights.
struct LatticePlace {
  std::size_t first = 0;
  std::array<std::array<float, 4>, 3> weight{};
};

class BSplineLattice {
 public:
  /// Control points that cover a box, all zero. \param spacing_mm of the control points, > 0
  static BSplineLattice over(const Eigen::Vector3d& low_mm, const Eigen::Vector3d& high_mm, double spacing_mm);

  double spacing_mm() const { return spacing_mm_; }
  const std::array<int, 3>& size() const { return size_; }
  std::size_t count() const { return mm.size(); }
  std::size_t offset(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size_[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
  }

  /// Points outside the box are taken as at its border.
  LatticePlace place_of(const Eigen::Vector3d& at_mm) const;
  Eigen::Vector3d displacement(const LatticePlace& place) const;
  /// Adds to a sum over control points what a change of one point's displacement is worth.
  void spread(const LatticePlace& place, const Eigen::Vector3d& value, std::vector<Eigen::Vector3d>& into) const;
  /// The same displacement with half the spacing.
  BSplineLattice refined() const;

  /// How far the displacement is from affine and from none: `bending` mean squared second differences, `stretching` mean squared first
  /// differences of neighbouring control points, per mm. The gradient is added to `into`.
  double roughness(double bending, double stretching, std::vector<Eigen::Vector3d>& into) const;

  std::vector<Eigen::Vector3d> mm;  ///< displacement of each control point

 private:
  std::array<int, 3> size_{0, 0, 0};
  Eigen::Vector3d first_mm_ = Eigen::Vector3d::Zero();  ///< place of control point (0, 0, 0)
  double spacing_mm_ = 1.0;
};

}  // namespace seedaudit
