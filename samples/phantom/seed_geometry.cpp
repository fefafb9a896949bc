// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/seed_geometry.h"

#include <string>

namespace seedaudit {
namespace {

struct SeedShapes {
  Shape capsule, cavity, core;
};

SeedShapes shapes_of(const SeedGeometry& s, const Eigen::Vector3d& center, const Eigen::Vector3d& axis) {
  return {rod(center, axis, s.capsule_length_mm, 0.5 * s.capsule_diameter_mm),
          rod(center, axis, s.capsule_length_mm - 2.0 * s.end_wall_mm, 0.5 * s.capsule_diameter_mm - s.wall_mm),
          rod(center, axis, s.rod_length_mm, 0.5 * s.rod_diameter_mm)};
}

}  // namespace

Status SeedGeometry::check() const {
  const auto bad = [](const std::string& what) { return Error{ErrorCode::invalid_option, what, "seed geometry", ""}; };
  if (!(rod_length_mm > 0.0 && rod_diameter_mm > 0.0)) return bad("silver rod of length " + std::to_string(rod_length_mm) + " mm");
  if (!(rod_length_mm <= capsule_length_mm - 2.0 * end_wall_mm))
    return bad("silver rod of " + std::to_string(rod_length_mm) + " mm does not fit the capsule of " + std::to_string(capsule_length_mm) +
               " mm");
  if (!(rod_diameter_mm <= capsule_diameter_mm - 2.0 * wall_mm))
    return bad("silver rod of diameter " + std::to_string(rod_diameter_mm) + " mm does not fit the capsule of " +
               std::to_string(capsule_diameter_mm) + " mm");
  return ok_status();
}

SeedPath seed_path(const SeedGeometry& seed, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const Eigen::Vector3d& ray_origin,
                   const Eigen::Vector3d& ray_direction) {
  const SeedShapes s = shapes_of(seed, center, axis);
  return {chord(s.capsule, ray_origin, ray_direction).length() - chord(s.cavity, ray_origin, ray_direction).length(),
          chord(s.core, ray_origin, ray_direction).length()};
}

FineObject make_seed(const SeedGeometry& seed, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const Tissue& displaced) {
  const SeedShapes s = shapes_of(seed, center, axis);
  const double titanium = density_g_cm3(Material::titanium);
  FineObject object = solid("seed", s.capsule, Material::titanium, titanium, displaced);
  object.parts.push_back({s.cavity, Material::titanium, -titanium});
  object.parts.push_back({s.core, Material::silver, density_g_cm3(Material::silver)});
  return object;
}

}  // namespace seedaudit
