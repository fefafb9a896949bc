// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/distractors.h"

#include <cmath>
#include <numbers>

#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

constexpr double kNitinol = 6.45;  // g/cm^3; attenuates between titanium and iron, modelled as iron of this density times 0.9

class Maker {
 public:
  Maker(const Surroundings& around, std::uint64_t seed) : around_(around), random_(seed, 40) {}

  Eigen::Vector3d unit() {
    Eigen::Vector3d v(random_.normal(), random_.normal(), random_.normal());
    return v.norm() > 1e-6 ? v.normalized() : Eigen::Vector3d(1, 0, 0);
  }

  /// In the right lobe or at its surface, at least `distance` radii of the target from its centre.
  Eigen::Vector3d in_liver(double distance) {
    Eigen::Vector3d p;
    for (int i = 0; i < 200; ++i) {
      p = around_.organ.center + around_.organ.half_axes * (unit() * random_.uniform(0.3, 0.98));
      if ((p - around_.target.center).norm() > distance * around_.target.mean_radius_mm()) break;
    }
    return p;
  }

  Tissue tissue(const Eigen::Vector3d& p) const { return around_.tissue_at(p); }

  Distractor clip() {
    Distractor d{"clip", in_liver(1.4), {}, {}};
    const double length = random_.uniform(4.0, 8.0);
    const double radius = random_.uniform(0.4, 0.6);
    const Eigen::Vector3d axis = unit();
    const Eigen::Vector3d side = axis.cross(unit()).normalized();
    const double gap = random_.uniform(1.0, 1.7);
    d.size_mm = {length, gap + 2 * radius};
    // A slightly open V.
    for (const double s : {-1.0, 1.0})
      d.objects.push_back(solid("clip", rod(d.center + s * 0.5 * gap * side, (axis + 0.06 * s * side).normalized(), length, radius),
                                Material::titanium, density_g_cm3(Material::titanium), tissue(d.center)));
    return d;
  }

  Distractor calcification() {
    Distractor d{"calcification", in_liver(0.6), {}, {}};
    const Eigen::Vector3d half(random_.uniform(0.6, 2.2), random_.uniform(0.6, 1.8), random_.uniform(0.6, 2.0));
    Shape lump = ellipsoid(d.center, half);
    lump.half_axes = frame_of(unit()) * lump.half_axes;
    d.size_mm = {2 * half.x(), 2 * half.y(), 2 * half.z()};
    d.objects.push_back(solid("calcification", lump, Material::bone, random_.uniform(0.7, 1.7), tissue(d.center)));
    return d;
  }

  Distractor lipiodol() {
    const double reach = around_.target.mean_radius_mm();
    Distractor d{"lipiodol", around_.target.center + unit() * (reach * random_.uniform(0.1, 1.0)), {}, {}};
    const double spread = random_.uniform(2.5, 6.0);
    const int droplets = 12 + random_.index(22);
    for (int i = 0; i < droplets; ++i) {
      const Eigen::Vector3d p = d.center + spread * Eigen::Vector3d(random_.normal(), random_.normal(), random_.normal());
      const double radius = 0.35 + 1.1 * random_.uniform() * random_.uniform();
      Shape drop = ellipsoid(p, Eigen::Vector3d(radius, radius * random_.uniform(0.7, 1.3), radius * random_.uniform(0.7, 1.3)));
      auto object = solid("lipiodol", drop, Material::iodine, random_.uniform(0.04, 0.30), tissue(p));
      object.parts.push_back({drop, Material::adipose, 0.8});
      d.objects.push_back(object);
    }
    d.size_mm = {4 * spread, static_cast<double>(droplets)};
    return d;
  }

  Distractor coil() {
    Distractor d{"coil", in_liver(1.3), {}, {}};
    const double radius = random_.uniform(1.4, 2.6);
    const double wire = random_.uniform(0.12, 0.2);
    const int turns = 3 + random_.index(4);
    const double pitch = random_.uniform(0.6, 1.3);
    const Eigen::Matrix3d frame = frame_of(unit());
    d.size_mm = {turns * pitch, 2 * radius};
    constexpr int kPieces = 14;  // a turn
    const auto at = [&](int i) {
      const double angle = 2.0 * std::numbers::pi * i / kPieces;
      return Eigen::Vector3d(d.center + frame * Eigen::Vector3d(radius * std::cos(angle), radius * std::sin(angle),
                                                                pitch * (static_cast<double>(i) / kPieces - 0.5 * turns)));
    };
    for (int i = 0; i < turns * kPieces; ++i)
      d.objects.push_back(
          solid("coil", rod_between(at(i), at(i + 1), wire), Material::platinum, density_g_cm3(Material::platinum), tissue(d.center)));
    return d;
  }

  Distractor stent() {
    const Eigen::Vector3d hilum = *around_.hilum;
    Distractor d{"stent", hilum + Eigen::Vector3d(random_.normal() * 6, random_.normal() * 6, random_.normal() * 6), {}, {}};
    const double radius = random_.uniform(3.2, 4.5);
    const double length = random_.uniform(30.0, 50.0) * around_.scale;
    const double wire = random_.uniform(0.1, 0.16);
    const Eigen::Matrix3d frame = frame_of(unit());
    d.size_mm = {length, 2 * radius};
    constexpr int kCorners = 12;
    const double height = 3.2;
    const int rings = std::max(2, static_cast<int>(length / (height + 0.6)));
    for (int ring = 0; ring < rings; ++ring)
      for (int i = 0; i < kCorners; ++i) {
        const auto at = [&](int corner) {
          const double angle = 2.0 * std::numbers::pi * corner / kCorners;
          const double z = (ring - 0.5 * (rings - 1)) * (height + 0.6) + (corner % 2 == 0 ? -0.5 : 0.5) * height;
          return Eigen::Vector3d(d.center + frame * Eigen::Vector3d(radius * std::cos(angle), radius * std::sin(angle), z));
        };
        d.objects.push_back(solid("stent", rod_between(at(i), at(i + 1), wire), Material::iron, 0.9 * kNitinol, tissue(d.center)));
      }
    return d;
  }

  Distractor screw() {
    const double s = around_.scale;
    const double side = random_.uniform() < 0.5 ? -1.0 : 1.0;
    Distractor d{"screw", {side * 12 * s, *around_.spine_y_mm, random_.uniform(-50, 50) * s}, {45 * s, 6 * s}, {}};
    d.objects.push_back(solid("screw", rod(d.center, Eigen::Vector3d(-0.35 * side, -1, 0.05), 45 * s, 3.0 * s), Material::titanium,
                              density_g_cm3(Material::titanium), tissue(d.center)));
    d.objects.back().follow = 0.0;
    return d;
  }

  Distractor fiducial() {
    Distractor d{"fiducial", in_liver(1.1), {}, {}};
    const double length = random_.uniform(3.0, 5.0);
    const double diameter = random_.uniform(0.8, 1.2);
    d.size_mm = {length, diameter};
    d.objects.push_back(
        solid("fiducial", rod(d.center, unit(), length, 0.5 * diameter), Material::gold, density_g_cm3(Material::gold), tissue(d.center)));
    return d;
  }

 private:
  const Surroundings& around_;
  RandomStream random_;
};

}  // namespace

std::vector<Distractor> make_distractors(const Surroundings& around, const DistractorOptions& options, std::uint64_t seed) {
  Maker maker(around, seed);
  std::vector<Distractor> out;
  const auto several = [&](int count, auto make) {
    for (int i = 0; i < count; ++i) out.push_back((maker.*make)());
  };
  several(options.clips, &Maker::clip);
  several(options.calcifications, &Maker::calcification);
  several(options.lipiodol_deposits, &Maker::lipiodol);
  several(options.coils, &Maker::coil);
  if (around.hilum) several(options.stents, &Maker::stent);
  several(options.fiducials, &Maker::fiducial);
  for (auto& d : out)
    for (auto& object : d.objects) object.follow = 1.0;
  if (around.spine_y_mm) several(options.screws, &Maker::screw);
  return out;
}

}  // namespace seedaudit
