// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/scene.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace seedaudit {

Tissue Scene::tissue_at(const Eigen::Vector3d& p) const {
  Tissue base;
  Tissue added;
  for (const auto& body : bodies) {
    if (!contains(body.shape, p)) continue;
    if (!body.additive) {
      base = body.tissue;
      continue;
    }
    added.water += body.tissue.water;
    added.adipose += body.tissue.adipose;
    added.bone += body.tissue.bone;
    added.iodine += body.tissue.iodine;
  }
  return {base.water + added.water, base.adipose + added.adipose, base.bone + added.bone, base.iodine + added.iodine};
}

std::string Scene::organ_at(const Eigen::Vector3d& p) const {
  std::string name;
  for (const auto& body : bodies)
    if (!body.additive && contains(body.shape, p)) name = body.name;
  return name;
}

double reach_mm(const Scene& scene) {
  double reach = 0.0;
  for (const auto& body : scene.bodies) {
    const Eigen::Vector3d e = extent_mm(body.shape);
    reach = std::max({reach, std::abs(body.shape.center.x()) + e.x(), std::abs(body.shape.center.y()) + e.y()});
  }
  return reach;
}

FineObject solid(std::string name, const Shape& shape, Material material, double density_g_cm3, const Tissue& displaced) {
  FineObject object;
  object.name = std::move(name);
  object.parts.push_back({shape, material, density_g_cm3});
  const auto amounts = components(displaced);
  for (std::size_t b = 0; b < amounts.size(); ++b)
    if (amounts[b] != 0.0) object.parts.push_back({shape, kTissueMaterials[b], -amounts[b]});
  return object;
}

Shape transformed(const Eigen::Isometry3d& to_from, const Shape& shape) {
  return {shape.kind, to_from * shape.center, to_from.linear() * shape.half_axes};
}

Scene transformed(const Eigen::Isometry3d& to_from, const Scene& scene) {
  Scene out = scene;
  for (auto& body : out.bodies) body.shape = transformed(to_from, body.shape);
  for (auto& object : out.fine)
    for (auto& part : object.parts) part.shape = transformed(to_from, part.shape);
  return out;
}

}  // namespace seedaudit
