// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/frames.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

struct StructureOptions {
  /// Contours nearer than this along the normal lie on one plane. Raise for archives with rounded positions.
  double plane_tolerance_mm = 0.2;
  /// Points farther than this from their contour's plane make the contour non-planar: refused.
  double planarity_tolerance_mm = 0.5;
  /// Thickness of a structure drawn on one plane only, normally the spacing of the image it was drawn on. Without it such a structure is
  /// refused.
  std::optional<double> single_plane_thickness_mm;
  /// Planes missing between contours that overlap are bridged up to this distance, with a warning; a wider gap parts the structure.
  double bridge_gap_mm = 15.0;

  Status check() const;
};

/// What the contours of one structure enclose (docs/algorithms/structures.md): each plane's contours, combined by XOR, stand for a slab
/// that reaches half-way to the neighbouring planes; the two end planes reach as far outward as they reach inward. Volume and containment
/// are exact for the polygons as drawn, at any orientation of the planes. Immutable and cheap to copy.
template <class F>
class StructureVolume {
 public:
  /// Error structures_invalid: no closed contour, no area, points that are not finite or not planar, planes that are not parallel, one
  /// plane without thickness.
  static Result<StructureVolume> make(const Structure<F>& structure, const StructureOptions& options = {});

  const std::string& name() const;
  double volume_cc() const;
  Point<F> centroid() const;
  /// Box around the slabs, end slabs included.
  Box<F> box() const;
  bool contains(const Point<F>& p) const;
  /// Distance to the surface of the slabs, negative inside. Exact; linear in the number of contour points.
  double signed_distance_mm(const Point<F>& p) const;
  /// Points first .. first + n - 1 of a low-discrepancy sequence that fills the structure: each stands for the same volume. Deterministic.
  std::vector<Point<F>> sample(std::uint64_t first, std::size_t n) const;
  /// Points on the surface, at most spacing_mm apart along contours and across faces.
  std::vector<Point<F>> surface_points(double spacing_mm) const;
  /// Distance between neighbouring contour planes (median); the thickness for a single plane.
  double plane_spacing_mm() const;
  std::size_t plane_count() const;
  /// DEGENERATE_CONTOUR, CONTOUR_REPEATED, CONTOUR_GAP_BRIDGED, CONTOUR_GAP_LEFT: what was done with the contours that was not plain.
  const Warnings& warnings() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace seedaudit
