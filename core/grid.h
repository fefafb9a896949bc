// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "core/frames.h"
#include "core/result.h"

namespace seedaudit {

/// (i, j, k) = (column, row, slice); i is fastest in memory; an integer index is the voxel CENTRE.
using Index3 = std::array<int, 3>;

/// Regular, orthonormal, right-handed voxel grid in frame F; it is made valid or not at all.
template <class F>
class GridGeometry {
 public:
  GridGeometry() = default;  ///< empty: size 0

  /// \param size voxels along i, j, k (each >= 1)
  /// \param spacing_mm centre distance along i, j, k (finite, > 0)
  /// \param origin centre of voxel (0,0,0)
  /// \param direction columns are the unit vectors of i, j, k in LPS; orthonormal within 1e-4 and right-handed
  static Result<GridGeometry> make(Index3 size, Eigen::Vector3d spacing_mm, Point<F> origin, const Eigen::Matrix3d& direction) {
    for (int a = 0; a < 3; ++a) {
      const auto u = static_cast<std::size_t>(a);
      if (size[u] < 1) return bad("grid size " + std::to_string(size[u]) + " along axis " + std::to_string(a));
      if (!(spacing_mm[a] > 0.0) || !std::isfinite(spacing_mm[a]))
        return bad("grid spacing " + std::to_string(spacing_mm[a]) + " mm along axis " + std::to_string(a));
      if (!std::isfinite(origin.mm[a])) return bad("grid origin is not finite");
    }
    if (!((direction.transpose() * direction - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-4))
      return bad("grid direction is not orthonormal");
    if (!(direction.determinant() > 0.0)) return bad("grid direction is left-handed");
    GridGeometry g;
    g.size_ = size;
    g.spacing_ = spacing_mm;
    g.origin_ = origin;
    g.direction_ = direction;
    return g;
  }

  const Index3& size() const { return size_; }
  const Eigen::Vector3d& spacing_mm() const { return spacing_; }
  const Point<F>& origin() const { return origin_; }
  const Eigen::Matrix3d& direction() const { return direction_; }
  std::size_t voxel_count() const {
    return static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(size_[2]);
  }
  double voxel_volume_mm3() const { return spacing_.prod(); }

  std::size_t offset(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size_[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
  }
  bool inside(int i, int j, int k) const { return i >= 0 && j >= 0 && k >= 0 && i < size_[0] && j < size_[1] && k < size_[2]; }

  Point<F> center_of(Index3 ijk) const {
    return point_at({static_cast<double>(ijk[0]), static_cast<double>(ijk[1]), static_cast<double>(ijk[2])});
  }
  Point<F> point_at(const Eigen::Vector3d& ijk) const { return {origin_.mm + direction_ * ijk.cwiseProduct(spacing_)}; }
  /// Continuous index of a point; 0.0 is the centre of the first voxel.
  Eigen::Vector3d index_of(const Point<F>& p) const { return (direction_.transpose() * (p.mm - origin_.mm)).cwiseQuotient(spacing_); }
  /// Inside the volume of the voxels (half a voxel beyond the outer centres).
  bool covers(const Point<F>& p) const {
    const Eigen::Vector3d x = index_of(p);
    for (int a = 0; a < 3; ++a)
      if (!(x[a] >= -0.5) || !(x[a] <= size_[static_cast<std::size_t>(a)] - 0.5)) return false;
    return true;
  }

 private:
  static Error bad(std::string what) { return Error{ErrorCode::inconsistent_geometry, std::move(what), "", ""}; }

  Index3 size_{0, 0, 0};
  Eigen::Vector3d spacing_ = Eigen::Vector3d::Ones();
  Point<F> origin_;
  Eigen::Matrix3d direction_ = Eigen::Matrix3d::Identity();
};

}  // namespace seedaudit
