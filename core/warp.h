// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/frames.h"
#include "core/grid.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// Displacements in mm along the axes of frame To, on a grid in frame From; trilinear between grid points, beyond the outer ones as at the
/// nearest point of the grid.
template <class To, class From>
class DisplacementField {
 public:
  /// Errors: registration_invalid where the number of vectors is not that of the grid or one is not finite.
  static Result<DisplacementField> make(const GridGeometry<From>& grid, std::vector<Eigen::Vector3f> mm) {
    const auto bad = [](std::string what) { return Error{ErrorCode::registration_invalid, std::move(what), "displacement field", ""}; };
    if (mm.size() != grid.voxel_count() || mm.empty()) return bad("a displacement field needs one vector for each point of its grid");
    for (const auto& v : mm)
      if (!v.allFinite()) return bad("a displacement is not finite");
    DisplacementField out;
    out.grid_ = grid;
    out.mm_ = std::move(mm);
    return out;
  }

  const GridGeometry<From>& grid() const { return grid_; }
  const std::vector<Eigen::Vector3f>& vectors_mm() const { return mm_; }

  Eigen::Vector3d at(const Point<From>& p) const {
    const Eigen::Vector3d x = grid_.index_of(p);
    int low[3], high[3];
    double t[3];
    for (int a = 0; a < 3; ++a) {
      const int last = grid_.size()[static_cast<std::size_t>(a)] - 1;
      const double c = std::clamp(x[a], 0.0, static_cast<double>(last));
      low[a] = std::min(static_cast<int>(c), std::max(0, last - 1));
      high[a] = std::min(low[a] + 1, last);
      t[a] = c - low[a];
    }
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (int corner = 0; corner < 8; ++corner) {
      const bool i = (corner & 1) != 0, j = (corner & 2) != 0, k = (corner & 4) != 0;
      const double weight = (i ? t[0] : 1.0 - t[0]) * (j ? t[1] : 1.0 - t[1]) * (k ? t[2] : 1.0 - t[2]);
      if (weight > 0.0)
        sum += weight * mm_[grid_.offset(i ? high[0] : low[0], j ? high[1] : low[1], k ? high[2] : low[2])].template cast<double>();
    }
    return sum;
  }

 private:
  GridGeometry<From> grid_;
  std::vector<Eigen::Vector3f> mm_;
};

/// A rigid motion with a displacement on top: to = rigid * from + displacement(from). Without a field it is the rigid motion alone. Cheap
/// to copy. Reads as to_from, as Rigid does.
template <class To, class From>
struct Warp {
  Rigid<To, From> rigid;
  std::shared_ptr<const DisplacementField<To, From>> field;  ///< null: none

  /// The point that is carried onto p; by fixed-point iteration, which converges where the map does not fold.
  Point<From> unmap(const Point<To>& p) const {
    const Rigid<From, To> back = rigid.inverse();
    Point<From> from = back * p;
    if (!field) return from;
    constexpr int kMostSteps = 60;
    constexpr double kEnoughMm = 1e-6;
    for (int step = 0; step < kMostSteps; ++step) {
      const Point<From> next = back * Point<To>{p.mm - field->at(from)};
      const double change = distance_mm(next, from);
      from = next;
      if (change < kEnoughMm) break;
    }
    return from;
  }
};

template <class To, class From>
Point<To> operator*(const Warp<To, From>& to_from, const Point<From>& p) {
  Point<To> out = to_from.rigid * p;
  if (to_from.field) out.mm += to_from.field->at(p);
  return out;
}

/// Smallest and largest factor by which the map changes small volumes, on the points of its grid; 1 and 1 for a rigid motion. A smallest
/// factor of 0 or less: the map folds.
struct JacobianRange {
  double min = 1.0;
  double max = 1.0;
};

template <class To, class From>
JacobianRange jacobian_range(const Warp<To, From>& warp) {
  JacobianRange out;
  if (!warp.field) return out;
  const auto& grid = warp.field->grid();
  const auto& mm = warp.field->vectors_mm();
  out = {1e300, -1e300};
  const Index3 size = grid.size();
  const Eigen::Matrix3d rotation = warp.rigid.iso.linear();
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        Eigen::Matrix3d per_mm = Eigen::Matrix3d::Zero();  // of the displacement, along the axes of the grid
        for (int a = 0; a < 3; ++a) {
          Index3 low{i, j, k}, high{i, j, k};
          const auto u = static_cast<std::size_t>(a);
          low[u] = std::max(0, low[u] - 1);
          high[u] = std::min(size[u] - 1, high[u] + 1);
          if (high[u] == low[u]) continue;
          const Eigen::Vector3f change = mm[grid.offset(high[0], high[1], high[2])] - mm[grid.offset(low[0], low[1], low[2])];
          per_mm.col(a) = change.template cast<double>() / ((high[u] - low[u]) * grid.spacing_mm()[a]);
        }
        const double det = (rotation + per_mm * grid.direction().transpose()).determinant();
        out.min = std::min(out.min, det);
        out.max = std::max(out.max, det);
      }
  return out;
}

/// The map back: exact on the points of a grid that is the field's own, carried over rigidly; trilinear between them.
/// Error registration_invalid where no point is carried onto one of them within 0.01 mm: the map folds there.
template <class To, class From>
Result<Warp<From, To>> inverse(const Warp<To, From>& to_from) {
  Warp<From, To> out;
  out.rigid = to_from.rigid.inverse();
  if (!to_from.field) return out;
  constexpr double kNearMm = 0.01;
  const GridGeometry<From>& grid = to_from.field->grid();
  const auto carried =
      GridGeometry<To>::make(grid.size(), grid.spacing_mm(), to_from.rigid * grid.origin(), to_from.rigid.iso.linear() * grid.direction());
  if (!carried) return carried.error();
  std::vector<Eigen::Vector3f> mm;
  mm.reserve(carried->voxel_count());
  for (int k = 0; k < grid.size()[2]; ++k)
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        const Point<To> p = carried->center_of({i, j, k});
        const Point<From> from = to_from.unmap(p);
        if (!(distance_mm(to_from * from, p) < kNearMm))
          return Error{ErrorCode::registration_invalid, "the map cannot be inverted: it folds", "displacement field", ""};
        mm.emplace_back((from.mm - (out.rigid * p).mm).template cast<float>());
      }
  auto field = DisplacementField<From, To>::make(*carried, std::move(mm));
  if (!field) return field.error();
  out.field = std::make_shared<const DisplacementField<From, To>>(std::move(field).value());
  return out;
}

/// Every point carried over; the contours of a deformed structure are in general no longer planar.
template <class To, class From>
Structure<To> transform(const Warp<To, From>& to_from, const Structure<From>& s) {
  Structure<To> out;
  out.number = s.number;
  out.name = s.name;
  out.interpreted_type = s.interpreted_type;
  for (const auto& c : s.contours) {
    Contour<To> t;
    for (const auto& p : c.points) t.points.push_back(to_from * p);
    out.contours.push_back(std::move(t));
  }
  for (const auto& p : s.points) out.points.push_back(to_from * p);
  return out;
}

}  // namespace seedaudit
