// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/ct_volume.h"
#include "core/parallel.h"

/// An analytic abdomen with a known motion, for tests of registration: not physics, only shapes that a registration can hold on to.
namespace seedaudit::testing {

/// Another patient is another set of these.
struct Anatomy {
  double width_mm = 150.0, depth_mm = 105.0;   // half axes of the body
  Eigen::Vector3d liver{-55.0, -15.0, -10.0};  // centre of the liver's ellipsoid
  Eigen::Vector3d liver_axes{75.0, 65.0, 70.0};
  double vertebra_mm = 30.0;  // length of a vertebra with its disc
  double phase = 0.0;         // where the vertebrae begin
};

inline double ellipsoid(const Eigen::Vector3d& p, const Eigen::Vector3d& center, const Eigen::Vector3d& axes) {
  return (p - center).cwiseQuotient(axes).squaredNorm();
}

/// HU at a point of the plan's frame; z runs to the head.
inline double hu_at(const Anatomy& a, const Eigen::Vector3d& p) {
  const double taper = 1.0 + 0.0004 * p.z();
  const double skin = std::hypot(p.x() / (a.width_mm * taper), p.y() / (a.depth_mm * taper));
  if (skin > 1.0) return -1000.0;
  if (std::hypot(p.x() / (a.width_mm * taper - 14.0), p.y() / (a.depth_mm * taper - 12.0)) > 1.0) return -95.0;
  // Skeleton.
  const double along = p.z() + a.phase - a.vertebra_mm * std::floor((p.z() + a.phase) / a.vertebra_mm);
  if (ellipsoid({p.x(), p.y(), 0.0}, {0.0, a.depth_mm - 45.0, 0.0}, {22.0, 18.0, 1.0}) < 1.0)
    return along < 0.75 * a.vertebra_mm ? 350.0 : 90.0;
  if (ellipsoid({p.x(), p.y(), 0.0}, {0.0, a.depth_mm - 22.0, 0.0}, {6.0, 8.0, 1.0}) < 1.0)
    return along < 0.5 * a.vertebra_mm ? 450.0 : 50.0;
  const double wall = std::hypot(p.x() / (a.width_mm * taper - 26.0), p.y() / (a.depth_mm * taper - 24.0));
  const double slant = p.z() + a.phase + 0.35 * p.y();
  if (wall > 1.0) return slant - 28.0 * std::floor(slant / 28.0) < 10.0 && p.y() > -40.0 ? 420.0 : 50.0;
  // Organs.
  const double liver = ellipsoid(p, a.liver, a.liver_axes);
  if (liver < 1.0 && p.z() > a.liver.z() - 50.0 - 0.3 * p.x()) {
    const Eigen::Vector3d q = p - a.liver;
    if (std::hypot(q.y() + 0.3 * q.x(), q.z() - 0.4 * q.x()) < 7.0) return 140.0;
    if (std::hypot(q.x() - 0.5 * q.z(), q.y() - 18.0) < 6.0) return 140.0;
    if (std::hypot(q.x() + 25.0 + 0.4 * q.y(), q.z() + 10.0 - 0.5 * q.y()) < 6.0) return 140.0;
    if (ellipsoid(q, {-28.0, 15.0, 22.0}, {9.0, 11.0, 8.0}) < 1.0) return 5.0;
    return 75.0;
  }
  const double dome = a.liver.z() + 40.0 - 0.003 * (p.x() * p.x() + p.y() * p.y()) + 18.0 * std::cos(p.x() / 70.0);
  if (p.z() > dome + 12.0) return std::abs(p.x()) < 25.0 ? 45.0 : -820.0;
  if (ellipsoid(p, {85.0, 30.0, a.liver.z() + 5.0}, {28.0, 34.0, 40.0}) < 1.0) return 110.0;
  if (ellipsoid(p, {55.0, -35.0, a.liver.z() + 15.0}, {36.0, 28.0, 26.0}) < 1.0) return p.y() < -45.0 ? -900.0 : 25.0;
  if (ellipsoid(p, {-60.0, 45.0, a.liver.z() - 60.0}, {26.0, 26.0, 42.0}) < 1.0) return 160.0;
  if (ellipsoid(p, {60.0, 45.0, a.liver.z() - 45.0}, {26.0, 26.0, 42.0}) < 1.0) return 160.0;
  if (std::hypot(p.x() - 10.0, p.y() - a.depth_mm + 75.0) < 10.0) return 150.0;
  return -90.0;
}

struct Scan {
  Anatomy anatomy;
  Eigen::Isometry3d scan_from_plan = Eigen::Isometry3d::Identity();  ///< of the skeleton
  /// Of the organs in the plan's frame, fading to nothing at the wall of the body and at the spine: bones stay.
  Eigen::Vector3d organ_shift_mm = Eigen::Vector3d::Zero();
  double low_z_mm = -110.0, high_z_mm = 110.0;  ///< covered, in the plan's frame
  Eigen::Vector3d spacing_mm{3.0, 3.0, 4.0};
  double noise_hu = 12.0;
  std::uint32_t random_seed = 1;
  std::vector<Eigen::Vector3d> seeds;  ///< metal, in the scan's frame
  bool couch = false;
};

/// Where anatomy of the plan's frame lies in the scan.
inline Eigen::Vector3d moved(const Scan& s, const Eigen::Vector3d& plan_mm) {
  const double wall = std::hypot(plan_mm.x() / (s.anatomy.width_mm - 26.0), plan_mm.y() / (s.anatomy.depth_mm - 24.0));
  const double spine = std::hypot(plan_mm.x(), plan_mm.y() - s.anatomy.depth_mm + 45.0);
  const auto smooth_step = [](double x) {
    const double t = std::min(1.0, std::max(0.0, x));
    return t * t * (3.0 - 2.0 * t);
  };
  return s.scan_from_plan * (plan_mm + s.organ_shift_mm * (smooth_step((1.0 - wall) / 0.3) * smooth_step((spine - 36.0) / 34.0)));
}

inline double noise_at(std::uint32_t seed, std::size_t voxel) {
  // A hash per voxel: the same for any number of threads. Sum of four uniforms, nearly normal, unit standard deviation.
  std::uint64_t x = (static_cast<std::uint64_t>(seed) << 40) ^ (voxel * 0x9E3779B97F4A7C15ULL);
  double sum = 0.0;
  for (int n = 0; n < 4; ++n) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    sum += static_cast<double>(x >> 11) / 9007199254740992.0 - 0.5;
  }
  return sum * std::sqrt(3.0);
}

template <class F>
Volume<F> render(const Scan& s) {
  // The box that the scanned slab occupies, sides along the axes of the scan's frame.
  Eigen::Vector3d low = Eigen::Vector3d::Constant(1e9), high = Eigen::Vector3d::Constant(-1e9);
  for (int c = 0; c < 8; ++c) {
    const Eigen::Vector3d p((c & 1) != 0 ? 175.0 : -175.0, (c & 2) != 0 ? 130.0 : -130.0, (c & 4) != 0 ? s.high_z_mm : s.low_z_mm);
    low = low.cwiseMin(s.scan_from_plan * p);
    high = high.cwiseMax(s.scan_from_plan * p);
  }
  const Eigen::Vector3d middle = s.scan_from_plan * Eigen::Vector3d(0.0, 0.0, 0.5 * (s.low_z_mm + s.high_z_mm));
  low.z() = middle.z() - 0.5 * (s.high_z_mm - s.low_z_mm);  // a tilted body: slices stay where they were planned
  high.z() = middle.z() + 0.5 * (s.high_z_mm - s.low_z_mm);
  Index3 size{};
  for (int a = 0; a < 3; ++a) size[static_cast<std::size_t>(a)] = static_cast<int>((high[a] - low[a]) / s.spacing_mm[a]) + 1;
  Volume<F> v;
  v.grid = GridGeometry<F>::make(size, s.spacing_mm, Point<F>{low}, Eigen::Matrix3d::Identity()).value();
  v.hu.resize(v.grid.voxel_count());
  v.series.modality = "CT";
  const Eigen::Isometry3d plan_from_scan = s.scan_from_plan.inverse();
  parallel_for(static_cast<std::size_t>(size[2]), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        double sum = 0.0;
        constexpr int kParts = 8;  // of a voxel, two along each side: edges are blurred as a scanner blurs them
        for (int n = 0; n < kParts; ++n) {
          const Eigen::Vector3d part((n & 1) != 0 ? 0.25 : -0.25, (n & 2) != 0 ? 0.25 : -0.25, (n & 4) != 0 ? 0.25 : -0.25);
          const Eigen::Vector3d at = v.grid.point_at(Eigen::Vector3d(i, j, k) + part).mm;
          // Inverts moved() by fixed point: the shift varies slowly.
          const Eigen::Vector3d rigid = plan_from_scan * at;
          Eigen::Vector3d p = rigid;
          if (!s.organ_shift_mm.isZero())
            for (int it = 0; it < 8; ++it) p -= plan_from_scan * moved(s, p) - rigid;
          double hu = hu_at(s.anatomy, p);
          if (s.couch && std::abs(rigid.y() - 119.0) < 4.0) hu = -100.0;
          for (const auto& seed : s.seeds)
            if ((at - seed).norm() < 2.0) hu = 3000.0;
          sum += hu;
        }
        const std::size_t o = v.grid.offset(i, j, k);
        const double noisy = sum / kParts + s.noise_hu * noise_at(s.random_seed, o);
        v.hu[o] = static_cast<std::int16_t>(std::lround(std::min(3071.0, std::max(-1024.0, noisy))));
      }
  });
  return v;
}

/// Turned about the long axis of the body, then about its width, and shifted.
inline Eigen::Isometry3d pose(double turn_deg, double tilt_deg, const Eigen::Vector3d& shift_mm) {
  const double degree = std::numbers::pi / 180.0;
  Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
  t.linear() =
      (Eigen::AngleAxisd(turn_deg * degree, Eigen::Vector3d::UnitZ()) * Eigen::AngleAxisd(tilt_deg * degree, Eigen::Vector3d::UnitX()))
          .toRotationMatrix();
  t.translation() = shift_mm;
  return t;
}

}  // namespace seedaudit::testing
