// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/migration/body_map.h"

#include <cmath>
#include <numbers>

namespace seedaudit::bench {
namespace {

constexpr double kVoxelMm = 3.0;
constexpr double kVesselRadiusMm = 12.0, kVesselX = -12.0, kVesselY = 36.0, kVesselTopMm = 60.0;

std::int16_t hu_of(Organ organ) {
  switch (organ) {
    case Organ::outside:
      return -1000;
    case Organ::lung:
      return -800;
    case Organ::bone:
      return 450;
    case Organ::liver:
      return 60;
    case Organ::tissue:
    case Organ::heart:
    case Organ::vessel:
      break;
  }
  return 40;
}

}  // namespace

std::string_view to_string(Organ v) {
  switch (v) {
    case Organ::outside:
      return "outside";
    case Organ::tissue:
      return "tissue";
    case Organ::liver:
      return "liver";
    case Organ::lung:
      return "lung";
    case Organ::heart:
      return "heart";
    case Organ::vessel:
      return "vessel";
    case Organ::bone:
      return "bone";
  }
  return "tissue";
}

double Ellipsoid::distance_mm(const Eigen::Vector3d& place) const {
  // The nearest surface point is a^2 p / (a^2 + t) for the one t > -min a^2 that puts it on the surface (Eberly 2013).
  const Eigen::Vector3d p = place - center_mm, squares = half_axes_mm.cwiseAbs2();
  const auto nearest = [&](double t) -> Eigen::Vector3d {
    return squares.cwiseProduct(p).cwiseQuotient(squares + Eigen::Vector3d::Constant(t));
  };
  const auto outside = [&](double t) { return nearest(t).cwiseQuotient(half_axes_mm).squaredNorm() > 1.0; };
  double low = -squares.minCoeff() * (1.0 - 1e-9), high = p.norm() * half_axes_mm.maxCoeff();
  if (!outside(low)) return -half_axes_mm.minCoeff();  // as near to the centre as makes no difference here
  for (int n = 0; n < 60; ++n) {
    const double middle = 0.5 * (low + high);
    (outside(middle) ? low : high) = middle;
  }
  const double d = (p - nearest(high)).norm();
  return p.cwiseQuotient(half_axes_mm).squaredNorm() > 1.0 ? d : -d;
}

Ellipsoid liver_shape() { return {{-60.0, -5.0, -20.0}, {90.0, 80.0, 75.0}}; }
Ellipsoid heart_shape() { return {{20.0, -45.0, 110.0}, {45.0, 45.0, 45.0}}; }

Organ organ_at(const Eigen::Vector3d& p) {
  if (std::pow(p.x() / 170.0, 2) + std::pow(p.y() / 112.0, 2) > 1.0) return Organ::outside;
  if (std::hypot(p.x(), p.y() - 70.0) < 18.0) return Organ::bone;
  if (std::hypot(p.x() - kVesselX, p.y() - kVesselY) < kVesselRadiusMm && p.z() < kVesselTopMm) return Organ::vessel;
  if (liver_shape().contains(p)) return Organ::liver;
  if (heart_shape().contains(p)) return Organ::heart;
  for (const double side : {-1.0, 1.0})
    if (Ellipsoid{{side * 80.0, -5.0, 110.0}, {60.0, 82.0, 125.0}}.contains(p)) return Organ::lung;
  return Organ::tissue;
}

Structure<CtFrame> outline(const Ellipsoid& shape, const char* name, double plane_spacing_mm) {
  Structure<CtFrame> out;
  out.name = name;
  constexpr int kPoints = 48;
  const int planes = static_cast<int>(std::floor(shape.half_axes_mm.z() / plane_spacing_mm - 0.5));
  for (int plane = -planes; plane <= planes; ++plane) {
    const double z = plane * plane_spacing_mm, scale = std::sqrt(1.0 - std::pow(z / shape.half_axes_mm.z(), 2));
    Contour<CtFrame> c;
    for (int n = 0; n < kPoints; ++n) {
      const double a = 2.0 * std::numbers::pi * n / kPoints;
      c.points.push_back({shape.center_mm +
                          Eigen::Vector3d(scale * shape.half_axes_mm.x() * std::cos(a), scale * shape.half_axes_mm.y() * std::sin(a), z)});
    }
    out.contours.push_back(std::move(c));
  }
  return out;
}

Structure<CtFrame> vessel_outline() {
  Structure<CtFrame> out;
  out.name = "vena cava";
  constexpr int kPoints = 24;
  constexpr double kSpacingMm = 10.0;
  for (double z = kTrunkLowMm; z < kVesselTopMm; z += kSpacingMm) {
    Contour<CtFrame> c;
    for (int n = 0; n < kPoints; ++n) {
      const double a = 2.0 * std::numbers::pi * n / kPoints;
      c.points.push_back({{kVesselX + kVesselRadiusMm * std::cos(a), kVesselY + kVesselRadiusMm * std::sin(a), z}});
    }
    out.contours.push_back(std::move(c));
  }
  return out;
}

CtVolume body_ct(double low_z_mm, double high_z_mm, const std::vector<Point<CtFrame>>& seeds) {
  CtVolume ct;
  const int slices = std::max(1, static_cast<int>(std::lround((high_z_mm - low_z_mm) / kVoxelMm)));
  ct.grid = GridGeometry<CtFrame>::make({130, 92, slices}, Eigen::Vector3d::Constant(kVoxelMm), {{-193.5, -136.5, low_z_mm}},
                                        Eigen::Matrix3d::Identity())
                .value();
  ct.hu.resize(ct.grid.voxel_count());
  for (int k = 0; k < slices; ++k)
    for (int j = 0; j < ct.grid.size()[1]; ++j)
      for (int i = 0; i < ct.grid.size()[0]; ++i) ct.hu[ct.grid.offset(i, j, k)] = hu_of(organ_at(ct.grid.center_of({i, j, k}).mm));
  for (const auto& s : seeds) {
    const Eigen::Vector3d x = ct.grid.index_of(s);
    const int i = static_cast<int>(std::lround(x[0])), j = static_cast<int>(std::lround(x[1])), k = static_cast<int>(std::lround(x[2]));
    if (ct.grid.inside(i, j, k)) ct.hu[ct.grid.offset(i, j, k)] = 3000;
  }
  return ct;
}

}  // namespace seedaudit::bench
