// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "samples/phantom/materials.h"
#include "samples/phantom/shape.h"

/// What lies in the scanner: large bodies of tissue and small dense objects.
namespace seedaudit {

/// Partial densities, g/cm^3: tissue is a mixture of these four.
struct Tissue {
  double water = 0.0;
  double adipose = 0.0;
  double bone = 0.0;
  double iodine = 0.0;
};
inline constexpr int kTissueBasis = 4;
inline constexpr std::array<Material, kTissueBasis> kTissueMaterials{Material::water, Material::adipose, Material::bone, Material::iodine};
inline std::array<double, kTissueBasis> components(const Tissue& t) { return {t.water, t.adipose, t.bone, t.iodine}; }

/// A body of uniform tissue. Where bodies overlap the later in Scene::bodies wins. An additive body adds its (signed) densities to
/// whatever is there: texture.
struct Body {
  Shape shape;
  Tissue tissue;
  bool additive = false;
  std::string name;     ///< organ, for queries and MR-like contrast
  double follow = 0.0;  ///< how much of the liver's breathing movement it makes: 0 = with the bones, 1 = with the liver
};

/// Part of a small object; densities add up, so a cavity is a part of negative density.
struct FinePart {
  Shape shape;
  Material material = Material::titanium;
  double density_g_cm3 = 0.0;
};

/// A small object sampled below the size of a detector element and of a slice: metal, droplets. The first part contains all others.
struct FineObject {
  std::string name;
  std::vector<FinePart> parts;
  double follow = 0.0;  ///< as of a body
};

struct Scene {
  std::vector<Body> bodies;
  std::vector<FineObject> fine;

  /// Tissue at a point, without the fine objects.
  Tissue tissue_at(const Eigen::Vector3d& p) const;
  /// Name of the last body that contains the point and is not additive; empty outside.
  std::string organ_at(const Eigen::Vector3d& p) const;
};

/// Half the side of the square about the z axis in which all bodies lie, mm: what a detector must see.
double reach_mm(const Scene& scene);

/// Adds an object of one material that displaces the tissue there.
FineObject solid(std::string name, const Shape& shape, Material material, double density_g_cm3, const Tissue& displaced);

Shape transformed(const Eigen::Isometry3d& to_from, const Shape& shape);
Scene transformed(const Eigen::Isometry3d& to_from, const Scene& scene);

}  // namespace seedaudit
