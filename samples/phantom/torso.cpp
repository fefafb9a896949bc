// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "samples/phantom/anatomy.h"
#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

constexpr Tissue kFat{0.0, 0.95, 0, 0};
constexpr Tissue kMuscle{1.050, 0, 0, 0};
constexpr Tissue kCavityFat{0.12, 0.83, 0, 0};
constexpr Tissue kLung{0.24, 0, 0, 0};
constexpr Tissue kHeart{1.045, 0, 0, 0};
constexpr Tissue kCortical{0.55, 0, 0.95, 0};
constexpr Tissue kTrabecular{0.88, 0, 0.22, 0};
constexpr Tissue kDisc{1.09, 0, 0, 0};
constexpr Tissue kCord{1.035, 0, 0, 0};

Shape elliptic_cylinder(const Eigen::Vector3d& center, double half_x, double half_y, double half_z) {
  return {ShapeKind::cylinder, center, Eigen::Vector3d(half_x, half_y, half_z).asDiagonal()};
}

struct Wall {
  double fat, muscle;
};

Wall wall_of(double scale, std::uint64_t seed) {
  RandomStream random(seed, 20);
  return {random.uniform(10, 20) * scale, random.uniform(11, 14) * scale};
}

}  // namespace

void add_torso(Anatomy& a, std::uint64_t seed) {
  RandomStream random(seed, 21);
  const double s = a.scale;
  const Wall wall = wall_of(s, seed);
  const double x = a.half_size_mm.x();
  const double y = a.half_size_mm.y();
  const double z = a.half_size_mm.z();
  auto& bodies = a.scene.bodies;
  bodies.push_back({elliptic_cylinder({0, 0, 0}, x, y, z), kFat, false, "skin", 0.0});
  bodies.push_back({elliptic_cylinder({0, 0, 0}, x - wall.fat, y - wall.fat, z), kMuscle, false, "muscle", 0.0});
  bodies.push_back(
      {elliptic_cylinder({0, 0, 0}, x - wall.fat - wall.muscle, y - wall.fat - wall.muscle, z), kCavityFat, false, "fat", 0.0});
  for (const double side : {-1.0, 1.0}) {
    bodies.push_back({elliptic_cylinder({side * 27 * s, y - wall.fat - 20 * s, 0}, 23 * s, 19 * s, z), kMuscle, false, "muscle", 0.0});
    bodies.push_back(
        {elliptic_cylinder({side * 32 * s, y - wall.fat - 48 * s, -200 * s}, 16 * s, 17 * s, 150 * s), kMuscle, false, "muscle", 0.0});
  }
  bodies.push_back({ellipsoid({-60 * s, 2 * s, 125 * s}, {60 * s, 74 * s, 110 * s}), kLung, false, "lung", 0.6});
  bodies.push_back({ellipsoid({66 * s, 4 * s, 128 * s}, {56 * s, 72 * s, 110 * s}), kLung, false, "lung", 0.6});
  for (int i = 0; i < 50; ++i) {
    const double side = i % 2 == 0 ? -1.0 : 1.0;
    Eigen::Vector3d q;
    do {
      q = {random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 0.2)};
    } while (q.norm() > 0.8);
    const Eigen::Vector3d from(side * 62 * s + 54 * s * q.x(), 3 * s + 70 * s * q.y(), 126 * s + 106 * s * q.z());
    const Eigen::Vector3d way(random.normal() * 8 * s, random.normal() * 8 * s, random.normal() * 12 * s);
    bodies.push_back({rod_between(from, from + way, random.uniform(0.8, 2.4) * s), kHeart, false, "lung", 0.6});
  }
  bodies.push_back({ellipsoid({18 * s, -30 * s, 112 * s}, {46 * s, 40 * s, 40 * s}), kHeart, false, "heart", 0.4});
}

void add_bones(Anatomy& a, std::uint64_t seed) {
  RandomStream random(seed, 22);
  const double s = a.scale;
  const Wall wall = wall_of(s, seed);
  auto& bodies = a.scene.bodies;
  const double spine_y = a.half_size_mm.y() - wall.fat - 42 * s;
  const double first = random.uniform(-15, 15) * s;
  for (int n = -8; n <= 8; ++n) {
    const double z = first + 34 * s * n;
    const Eigen::Vector3d c(0, spine_y, z);
    bodies.push_back({elliptic_cylinder(c + Eigen::Vector3d(0, 0, 17 * s), 18 * s, 14 * s, 5 * s), kDisc, false, "disc", 0.0});
    bodies.push_back({elliptic_cylinder(c, 20 * s, 15.5 * s, 13 * s), kCortical, false, "bone", 0.0});
    bodies.push_back({elliptic_cylinder(c, 18.4 * s, 13.9 * s, 11.6 * s), kTrabecular, false, "bone", 0.0});
    bodies.push_back({elliptic_cylinder(c + Eigen::Vector3d(0, 23 * s, 0), 13 * s, 11 * s, 9 * s), kCortical, false, "bone", 0.0});
    for (const double side : {-1.0, 1.0})
      bodies.push_back(
          {rod_between(c + Eigen::Vector3d(side * 11 * s, 22 * s, 0), c + Eigen::Vector3d(side * 38 * s, 27 * s, 2 * s), 4 * s), kCortical,
           false, "bone", 0.0});
    bodies.push_back({ellipsoid(c + Eigen::Vector3d(0, 38 * s, -8 * s), {3.5 * s, 12 * s, 10 * s}), kCortical, false, "bone", 0.0});
  }
  bodies.push_back({elliptic_cylinder({0, spine_y + 23 * s, 0}, 9.5 * s, 7.5 * s, 600.0), kCord, false, "canal", 0.0});

  // Ribs run along the inner side of the muscle, down towards the front; the lower they start the sooner they end.
  const double across = a.half_size_mm.x() - wall.fat - 6 * s;
  const double depth = a.half_size_mm.y() - wall.fat - 6 * s;
  constexpr int kPieces = 9;
  for (int n = -3; n <= 8; ++n) {
    const double z = first + 28 * s * n + 20 * s;
    const double reach = std::clamp(1.15 + 0.32 * (n + 3), 1.0, 2.45);  // radians from the back
    for (const double side : {-1.0, 1.0}) {
      Eigen::Vector3d last;
      for (int i = 0; i <= kPieces; ++i) {
        const double angle = 0.22 + (reach - 0.22) * i / kPieces;
        const Eigen::Vector3d p(side * across * std::sin(angle), depth * std::cos(angle), z - 42 * s * (angle - 0.22));
        if (i > 0) {
          bodies.push_back({rod_between(last, p, 5.0 * s), kCortical, false, "bone", 0.0});
          bodies.push_back({rod_between(last, p, 3.3 * s), kTrabecular, false, "bone", 0.0});
        }
        last = p;
      }
    }
  }
  bodies.push_back(
      {box({0, -(a.half_size_mm.y() - wall.fat - 8 * s), 190 * s}, {17 * s, 5 * s, 110 * s}), {0.85, 0, 0.3, 0}, false, "bone", 0.0});
}

namespace {

struct Tree {
  Anatomy& anatomy;
  RandomStream& random;
  Tissue blood;

  void grow(const Eigen::Vector3d& from, const Eigen::Vector3d& direction, double radius, double length, int depth) {
    const Eigen::Vector3d to = from + direction.normalized() * length;
    const Eigen::Vector3d q = anatomy.right_lobe.half_axes.inverse() * (to - anatomy.right_lobe.center);
    auto& bodies = anatomy.scene.bodies;
    bodies.push_back({rod_between(from, to, radius), blood, false, "vessel", 1.0});
    bodies.push_back({ellipsoid(to, Eigen::Vector3d::Constant(radius)), blood, false, "vessel", 1.0});
    if (depth == 0 || q.norm() > 0.9) return;
    Eigen::Vector3d away(random.normal(), random.normal(), random.normal());
    away = away.cross(direction).normalized();
    const double spread = random.uniform(0.35, 0.75);
    const double other = random.uniform(0.35, 0.75);
    grow(to, direction.normalized() + spread * away, 0.76 * radius, 0.84 * length, depth - 1);
    grow(to, direction.normalized() - other * away, 0.72 * radius, 0.8 * length, depth - 1);
  }
};

}  // namespace

void add_vessels(Anatomy& a, double contrast_mg_per_ml, std::uint64_t seed) {
  RandomStream random(seed, 23);
  const double s = a.scale;
  const Tissue venous{1.042, 0, 0, contrast_mg_per_ml / 1000.0};
  const Tissue arterial{1.042, 0, 0, 1.1 * contrast_mg_per_ml / 1000.0};
  const double spine_y = a.half_size_mm.y() - wall_of(s, seed).fat - 42 * s;
  auto& bodies = a.scene.bodies;
  bodies.push_back({elliptic_cylinder({10 * s, spine_y - 26 * s, 0}, 10.5 * s, 10.5 * s, 600.0), arterial, false, "vessel", 0.0});
  bodies.push_back({elliptic_cylinder({-19 * s, spine_y - 24 * s, 0}, 12 * s, 10 * s, 600.0), venous, false, "vessel", 0.0});
  Tree tree{a, random, venous};
  const Eigen::Vector3d hilum(-22 * s, 4 * s, -22 * s);
  tree.grow(hilum, {-0.9, 0.1, 0.35}, 6.0 * s, 24 * s, 4);
  tree.grow(hilum, {0.5, -0.7, 0.5}, 5.0 * s, 24 * s, 3);
  const Eigen::Vector3d veins(-24 * s, 20 * s, 52 * s);
  tree.grow(veins, {-0.9, -0.1, -0.55}, 4.6 * s, 24 * s, 3);
  tree.grow(veins, {-0.45, -0.8, -0.5}, 4.4 * s, 23 * s, 3);
  tree.grow(veins, {0.4, -0.8, -0.3}, 4.2 * s, 22 * s, 2);
}

}  // namespace seedaudit
