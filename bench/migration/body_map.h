// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/ct_volume.h"
#include "core/structures.h"

/// A body of simple shapes in the post-op frame (LPS, mm): enough of a trunk to say in which region a seed lies. No physics.
namespace seedaudit::bench {

enum class Organ { outside, tissue, liver, lung, heart, vessel, bone };
std::string_view to_string(Organ v);

/// What lies at a place: the truth that the audit has to find out from HU and contours.
Organ organ_at(const Eigen::Vector3d& mm);

/// An axis-aligned ellipsoid.
struct Ellipsoid {
  Eigen::Vector3d center_mm, half_axes_mm;
  /// Distance from the surface, negative inside; very near the centre the shortest half axis.
  double distance_mm(const Eigen::Vector3d& p) const;
  bool contains(const Eigen::Vector3d& p) const { return (p - center_mm).cwiseQuotient(half_axes_mm).squaredNorm() < 1.0; }
};

Ellipsoid liver_shape();
Ellipsoid heart_shape();

/// Contours of an ellipsoid on axial planes.
Structure<CtFrame> outline(const Ellipsoid& shape, const char* name, double plane_spacing_mm);
/// Contours of the great vessel, a straight tube along the body.
Structure<CtFrame> vessel_outline();

/// The CT of the body between two heights, 3 mm voxels, with metal where seeds lie.
CtVolume body_ct(double low_z_mm, double high_z_mm, const std::vector<Point<CtFrame>>& seeds);

/// Heights between which the whole trunk is seen: lungs end below the upper one.
inline constexpr double kTrunkLowMm = -250.0, kTrunkHighMm = 260.0;

}  // namespace seedaudit::bench
