// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/region_metal.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

/// Distance of a point from the axis of a seed, less its radius.
double outside_mm(const PlacedSeed& s, const SeedGeometry& g, const Eigen::Vector3d& p) {
  const double half = 0.5 * g.capsule_length_mm;
  const double along = std::clamp((p - s.center).dot(s.axis), -half, half);
  return (p - s.center - along * s.axis).norm() - 0.5 * g.capsule_diameter_mm;
}

/// Whether an object comes nearer to a seed than they can lie: points of its longest half axis, and its thickness.
bool shares_space(const FineObject& object, const std::vector<PlacedSeed>& seeds, const SeedGeometry& g) {
  const Shape& hull = object.parts.front().shape;
  Eigen::Index longest = 0;
  hull.half_axes.colwise().norm().maxCoeff(&longest);
  double thickness = 0.0;
  for (Eigen::Index c = 0; c < 3; ++c)
    if (c != longest) thickness = std::max(thickness, hull.half_axes.col(c).norm());
  constexpr int kPoints = 7;
  for (const auto& s : seeds) {
    if (!s.present) continue;
    for (int n = 0; n < kPoints; ++n) {
      const double t = 2.0 * n / (kPoints - 1) - 1.0;
      if (outside_mm(s, g, hull.center + t * hull.half_axes.col(longest)) < thickness) return true;
    }
  }
  return false;
}

/// Oil fills the lesion that the seeds were meant for: half of the deposits lie about a seed, and they are denser by any factor up to ten.
void gather(Distractor& deposit, const std::vector<PlacedSeed>& seeds, RandomStream& random) {
  const double shrink = random.uniform(0.45, 1.0);
  const auto& seed = seeds[static_cast<std::size_t>(random.index(static_cast<int>(seeds.size())))];
  Eigen::Vector3d to = deposit.center;
  if (random.uniform() < 0.5) to = seed.center + 2.0 * Eigen::Vector3d(random.normal(), random.normal(), random.normal());
  for (auto& object : deposit.objects)
    for (auto& part : object.parts) part.shape.center = to + shrink * (part.shape.center - deposit.center);
  deposit.center = to;
  deposit.size_mm.front() *= shrink;
}

}  // namespace

std::vector<Distractor> region_distractors(const RegionBackground& region, const std::vector<PlacedSeed>& seeds,
                                           const SeedGeometry& geometry, const DistractorOptions& options, std::uint64_t seed) {
  const auto spectrum = make_spectrum(region.kvp);
  if (!spectrum) return {};
  const HuTissue tissue(*spectrum);
  double mean_square = 0.0;
  for (const auto& s : seeds) mean_square += s.center.squaredNorm() / static_cast<double>(seeds.size());
  // Of a filled ball the mean square of the distance is 3/5 of the radius squared.
  const double radius = std::max(10.0, std::sqrt(mean_square / 0.6));

  Surroundings around;
  constexpr double kRoundBall = 0.5;  // of make_target: even axes, no bumps
  std::array<double, 8> even{};
  even.fill(kRoundBall);
  around.target = make_target(Eigen::Vector3d::Zero(), 4.0 / 3.0 * std::numbers::pi * radius * radius * radius / 1000.0, even);
  constexpr double kMarginMm = 22.0;
  around.organ = ellipsoid(Eigen::Vector3d::Zero(), Eigen::Vector3d::Constant(radius + kMarginMm));
  around.tissue_at = [&](const Eigen::Vector3d& p) { return tissue.at(std::min(region.hu_at(p), 1500.0)); };
  RandomStream random(seed, 91);
  const double azimuth = random.uniform(0, 2.0 * std::numbers::pi);
  around.hilum = (radius + 12.0) * Eigen::Vector3d(std::cos(azimuth), std::sin(azimuth), random.uniform(-0.3, 0.3));

  DistractorOptions possible = options;
  possible.screws = 0;
  auto out = make_distractors(around, possible, seed);
  for (auto& d : out) {
    if (d.type == "lipiodol" && !seeds.empty()) gather(d, seeds, random);
    const auto hits = [&](const FineObject& o) { return shares_space(o, seeds, geometry); };
    if (d.type == "lipiodol") {
      std::erase_if(d.objects, hits);
    } else if (std::any_of(d.objects.begin(), d.objects.end(), hits)) {
      d.objects.clear();
    }
  }
  std::erase_if(out, [](const Distractor& d) { return d.objects.empty(); });
  return out;
}

std::vector<FineObject> metal_of(const RegionBackground& region, const std::vector<PlacedSeed>& seeds,
                                 const std::vector<Distractor>& distractors, const SeedGeometry& geometry) {
  const auto spectrum = make_spectrum(region.kvp);
  if (!spectrum) return {};
  const HuTissue tissue(*spectrum);
  std::vector<FineObject> out;
  for (const auto& s : seeds)
    if (s.present) out.push_back(make_seed(geometry, s.center, s.axis, tissue.at(std::min(region.hu_at(s.center), 1500.0))));
  for (const auto& d : distractors) out.insert(out.end(), d.objects.begin(), d.objects.end());
  return out;
}

double lipiodol_mg_per_ml(const std::vector<Distractor>& distractors, const Eigen::Vector3d& p, double radius_mm) {
  double mass_mg = 0.0;  // g/cm^3 is mg/mm^3
  for (const auto& d : distractors) {
    if (d.type != "lipiodol") continue;
    for (const auto& object : d.objects)
      for (const auto& part : object.parts)
        if (part.material == Material::iodine && (part.shape.center - p).norm() < radius_mm)
          mass_mg += part.density_g_cm3 * 4.0 / 3.0 * std::numbers::pi * std::abs(part.shape.half_axes.determinant());
  }
  const double ball_ml = 4.0 / 3.0 * std::numbers::pi * radius_mm * radius_mm * radius_mm / 1000.0;
  return mass_mg / ball_ml;
}

}  // namespace seedaudit
