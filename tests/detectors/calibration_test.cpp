// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/calibration.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace seedaudit::test {
namespace {

/// What the scanner of this scan makes of a core, slices of 2.5 mm.
AppearanceParameters scanner() {
  AppearanceParameters p;
  p.blur_mm = 0.6;
  p.slice_mm = 2.5;
  p.hardening_per_mm = 1.0;
  return p;
}

/// A droplet of oil: a ball, and nothing is hardened in it.
AppearanceParameters droplet(double radius_mm) {
  AppearanceParameters p = scanner();
  p.core_length_mm = 0.5;
  p.core_diameter_mm = 0.5;
  p.blur_mm = std::hypot(p.blur_mm, radius_mm / std::sqrt(5.0));
  p.slice_blur_mm = std::hypot(p.slice_blur_mm, radius_mm / std::sqrt(5.0));
  p.hardening_per_mm = 0.0;
  return p;
}

/// One object alone in 13 x 13 x 17 mm, noise of 10 HU, 8 % of the signal in doubt.
SeedGroup alone(const AppearanceParameters& as, const FittedSeed& object, unsigned number) {
  SeedGroup g;
  g.regions = {number};
  VoxelPatch& p = g.patch;
  p.low = {-9, -9, -3};
  p.size = {19, 19, 7};
  p.spacing_mm = {0.7, 0.7, 2.5};
  const std::size_t n = 19 * 19 * 7;
  p.hu.assign(n, 0.0F);
  p.background_hu.assign(n, 0.0F);
  p.clip.assign(n, VoxelPatch::kNone);
  p.sigma.assign(n, 10.0F);
  g.is_object.assign(n, 0);
  g.is_dense.assign(n, 0);
  const FitSite blank = make_fit_site(p);
  std::vector<float> image(n, 0.0F);
  add_seed_image(SeedAppearance(as), blank, object, image);
  const float peak = *std::max_element(image.begin(), image.end());
  std::mt19937 random(11 + number);
  std::normal_distribution<float> noise(0.0F, 10.0F);
  for (std::size_t v = 0; v < n; ++v) {
    const auto at = blank.in_patch[v];
    p.hu[at] = image[v] + noise(random);
    p.sigma[at] = std::hypot(10.0F, 0.08F * image[v]);
    g.is_object[at] = image[v] > 0.25F * peak ? 1 : 0;
  }
  g.is_core = g.is_object;
  g.site = make_fit_site(p);
  return g;
}

}  // namespace

TEST_CASE("Four seeds teach their look among ten droplets of nearly their mass, as nothing is sharper than the point spread") {
  ScanStatistics scan;
  scan.slice_thickness_mm = 2.5;
  const ScanCalibration start = physical_calibration(scan, 2.5, {});
  const double mass = start.prior.axial_mass;
  const SeedAppearance look(scanner());
  std::vector<SeedGroup> groups;
  unsigned number = 0;
  for (const auto& axis : {Eigen::Vector3d(1.0, 0.2, 0.1), Eigen::Vector3d(-0.3, 1.0, 0.3), Eigen::Vector3d(0.6, 0.7, -0.2),
                           Eigen::Vector3d(1.0, -0.9, 0.5)}) {
    const Eigen::Vector3d unit = axis.normalized();
    const double share = 0.97 + 0.02 * number;
    groups.push_back(
        alone(scanner(), {Eigen::Vector3d(0.1 * number, -0.2, 0.3 * number), unit, share * mass * look.relative_mass(unit[2])}, number));
    ++number;
  }
  // Within the spread that a look not yet learned allows for, and more of them than of seeds.
  for (int n = 0; n < 10; ++n, ++number)
    groups.push_back(alone(droplet(1.1 + 0.03 * n),
                           {Eigen::Vector3d(-0.1, 0.05 * n, 0.2 * n), Eigen::Vector3d::UnitZ(), (0.62 + 0.02 * n) * mass}, number));

  const ScanCalibration learned = calibrate(start, groups);
  CHECK(learned.isolated >= 3);
  CHECK(learned.isolated <= 4);
  // A tenth of the blur is what the grid of widths tells; droplets would make it 0.75 and more.
  CHECK(learned.look.blur_mm == Approx(0.6).margin(0.06));
  // The mass of four is good to their own scatter of 2 % and that of tilts; droplets are a quarter lighter.
  CHECK(std::log(learned.prior.axial_mass / mass) == Approx(0.0).margin(0.08));
}

}  // namespace seedaudit::test
