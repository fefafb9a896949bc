// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/anatomy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

// Densities give the HU of the organ at 120 kVp within a few units (tests/phantom/anatomy_test.cpp).
constexpr Tissue kLiver{1.060, 0, 0, 0};
constexpr Tissue kTumour{1.035, 0, 0, 0};
constexpr Tissue kSpleen{1.052, 0, 0, 0};
constexpr Tissue kKidney{1.035, 0, 0, 0};
constexpr Tissue kFluid{1.015, 0, 0, 0};
constexpr Tissue kGas{0.0012, 0, 0, 0};

void add(Anatomy& a, const Shape& shape, const Tissue& tissue, const char* name, double follow) {
  a.scene.bodies.push_back({shape, tissue, false, name, follow});
}

/// A hollow organ filled with fluid, gas at the top.
void add_hollow(Anatomy& a, const Shape& organ, const char* name, double gas_fraction, const Eigen::Vector3d& up, double follow) {
  add(a, organ, kFluid, name, follow);
  if (!(gas_fraction > 0.0)) return;
  Shape gas = organ;
  gas.half_axes *= gas_fraction;
  gas.center += up * (half_width_mm(organ, up) * (0.96 - gas_fraction));
  add(a, gas, kGas, "gas", follow);
}

void add_bowel(Anatomy& a, const Eigen::Vector3d& up, std::uint64_t seed) {
  RandomStream random(seed, 12);
  const double s = a.scale;
  for (int i = 0; i < 30; ++i) {
    const Eigen::Vector3d center(random.uniform(-95, 95) * s, random.uniform(-62, 5) * s, random.uniform(-165, -75) * s);
    const Eigen::Vector3d half(random.uniform(14, 26) * s, random.uniform(12, 20) * s, random.uniform(12, 28) * s);
    const double gas = random.uniform() < 0.6 ? random.uniform(0.35, 0.75) : 0.0;
    add_hollow(a, ellipsoid(center, half), "bowel", gas, up, 0.3);
  }
  // Mesenteric vessels: something to see in fat.
  for (int i = 0; i < 40; ++i) {
    const Eigen::Vector3d from(random.uniform(-100, 100) * s, random.uniform(-60, 30) * s, random.uniform(-170, -60) * s);
    const Eigen::Vector3d way(random.normal() * 18 * s, random.normal() * 12 * s, random.normal() * 18 * s);
    add(a, rod_between(from, from + way, random.uniform(1.2, 2.6) * s), {1.045, 0, 0, 0}, "mesentery", 0.3);
  }
}

void add_texture(Anatomy& a, std::uint64_t seed) {
  RandomStream random(seed, 13);
  for (int i = 0; i < 260; ++i) {
    Eigen::Vector3d q;
    do {
      q = {random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)};
    } while (q.norm() > 0.86);
    const double radius = random.uniform(3.0, 9.0) * a.scale;
    const double sign = random.uniform() < 0.5 ? -1.0 : 1.0;
    const Tissue change{sign * random.uniform(0.004, 0.014), 0, 0, 0};
    a.scene.bodies.push_back(
        {ellipsoid(a.right_lobe.center + a.right_lobe.half_axes * q, Eigen::Vector3d::Constant(radius)), change, true, "texture", 1.0});
  }
}

}  // namespace

Anatomy build_anatomy(const Scenario& scenario, std::uint64_t seed, const Eigen::Vector3d& up) {
  RandomStream random(seed, 10);
  Anatomy a;
  const double s = scenario.body_scale;
  a.scale = s;
  a.half_size_mm = {170.0 * s * random.uniform(0.94, 1.06), 115.0 * s * random.uniform(0.95, 1.06), 600.0};
  add_torso(a, seed);

  const double lobe = random.uniform(0.95, 1.04);
  a.right_lobe = ellipsoid({-58 * s, -2 * s, 5 * s}, Eigen::Vector3d(71, 72, 72) * (s * lobe));
  add(a, a.right_lobe, kLiver, "liver", 1.0);
  add(a, ellipsoid({8 * s, -40 * s, 20 * s}, {64 * s, 33 * s, 38 * s}), kLiver, "liver", 1.0);
  add(a, ellipsoid({92 * s, 32 * s, 12 * s}, {26 * s, 36 * s, 44 * s}), kSpleen, "spleen", 0.8);
  for (const double side : {-1.0, 1.0}) {
    const Eigen::Vector3d c(side * random.uniform(52, 60) * s, random.uniform(34, 42) * s, random.uniform(-95, -78) * s);
    add(a, ellipsoid(c, {24 * s, 23 * s, 48 * s}), kKidney, "kidney", 0.5);
    add(a, ellipsoid(c - Eigen::Vector3d(side * 8 * s, 4 * s, 0), {9 * s, 10 * s, 24 * s}), {0.2, 0.75, 0, 0}, "fat", 0.5);
  }
  add_hollow(a, ellipsoid({62 * s, -28 * s, -5 * s}, {38 * s, 34 * s, 46 * s}), "stomach", random.uniform(0.4, 0.6), up, 0.7);
  add(a, ellipsoid({-38 * s, -52 * s, -52 * s}, {14 * s, 14 * s, 24 * s}), kFluid, "gallbladder", 1.0);
  add(a, ellipsoid({22 * s, -6 * s, -42 * s}, {44 * s, 11 * s, 13 * s}), {1.03, 0, 0, 0}, "pancreas", 0.5);
  add_bowel(a, up, seed);

  // The target lies in the right lobe, where needles reach it between the ribs.
  Eigen::Vector3d q;
  do {
    q = {random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)};
  } while (q.norm() > 1.0);
  const Eigen::Vector3d center = a.right_lobe.center + 0.36 * (a.right_lobe.half_axes * q);
  std::array<double, 8> draws{};
  for (auto& d : draws) d = random.uniform();
  a.target = make_target(center, scenario.implant.target_volume_cc, draws);
  a.gross = a.target.grown(-std::min(4.0, 0.3 * a.target.mean_radius_mm()));
  add_texture(a, seed);
  add(a, {ShapeKind::ellipsoid, a.gross.center, a.gross.half_axes}, kTumour, "tumour", 1.0);
  add_vessels(a, scenario.distractors.contrast_mg_per_ml, seed);
  add_bones(a, seed);
  return a;
}

Body couch_top(const Anatomy& anatomy, const Eigen::Vector3d& down) {
  const Eigen::Vector3d across = down.cross(Eigen::Vector3d::UnitZ());
  const double below = std::abs(down.x()) * anatomy.half_size_mm.x() + std::abs(down.y()) * anatomy.half_size_mm.y();
  Shape plate{ShapeKind::box, down * (below + 10.0), Eigen::Matrix3d::Zero()};
  plate.half_axes.col(0) = across * (115.0 * anatomy.scale);
  plate.half_axes.col(1) = down * 8.0;
  plate.half_axes.col(2) = Eigen::Vector3d::UnitZ() * 700.0;
  return {plate, {0.12, 0, 0, 0}, false, "couch", 0.0};
}

}  // namespace seedaudit
