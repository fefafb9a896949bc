// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace seedaudit {

/// Straight piece of a region's boundary, mm in the region's plane.
struct BoundaryEdge {
  Eigen::Vector2d a, b;
};

/// What a set of polygons in one plane encloses by the even-odd rule (XOR): holes, keyholes, islands and overlaps alike. Cut once into
/// horizontal bands in which no two edges cross, so that area, containment and sampling are exact for the polygons as drawn.
class PlanarRegion {
 public:
  PlanarRegion() = default;
  explicit PlanarRegion(const std::vector<std::vector<Eigen::Vector2d>>& polygons);

  double area_mm2() const { return area_; }
  Eigen::Vector2d centroid() const { return centroid_; }
  bool contains(const Eigen::Vector2d& p) const;
  /// Maps the unit square onto the region so that equal areas stay equal: u orders by y, v by x within the region at that y.
  Eigen::Vector2d map_unit_square(double u, double v) const;
  /// Edges of the polygons, less those drawn twice in opposite directions (the bridge of a keyhole).
  const std::vector<BoundaryEdge>& edges() const { return edges_; }

 private:
  /// One side pair of a band: x at its lower and upper y.
  struct Span {
    double left_low, left_high, right_low, right_high;
  };
  struct Band {
    double y_low, y_high;
    std::size_t first_span, span_count;
    double width_low, width_high;  ///< of all spans together
    double area_before;            ///< of all lower bands
  };
  std::size_t band_at(double y) const;

  std::vector<Band> bands_;
  std::vector<Span> spans_;
  std::vector<BoundaryEdge> edges_;
  double area_ = 0.0;
  Eigen::Vector2d centroid_ = Eigen::Vector2d::Zero();
};

}  // namespace seedaudit
