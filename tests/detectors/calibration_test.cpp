// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/calibration.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "detectors/look_teachers.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

// Seeds that lie alone, each at another tilt and place in its slice; what shows is `object_mm` long. Each weighs as many masses as given.
std::vector<SeedGroup> alone(const AppearanceParameters& shown, double mass, double spacing_mm, double object_mm, float noise_hu = 10.0F,
                             const std::array<double, 5>& masses = {1.0, 1.0, 1.0, 1.0, 1.0}) {
  const SeedAppearance look(shown);
  std::vector<SeedGroup> groups;
  for (const double tilt : {1.0, 0.97, 0.9, 0.99, 0.8}) {
    const Eigen::Vector3d center(0.1 * tilt, -0.2, 0.3 * (tilt - 0.9));
    const Eigen::Vector3d axis(std::sqrt(1.0 - tilt * tilt), 0.0, tilt);
    SeedGroup& g = groups.emplace_back(
        group_of(look, {{center, axis, masses[groups.size()] * mass * look.relative_mass(tilt)}}, {}, spacing_mm, noise_hu));
    g.regions = {0};
    for (int k = 0; k < g.patch.size[2]; ++k)
      for (int j = 0; j < g.patch.size[1]; ++j)
        for (int i = 0; i < g.patch.size[0]; ++i) {
          const Eigen::Vector3d at(0.5 * (i - 24), 0.5 * (j - 24), spacing_mm * (k - 8));
          const double along = (at - center).dot(axis);
          g.is_object[g.patch.offset(i, j, k)] = std::abs(along) <= 0.5 * object_mm && (at - center - along * axis).norm() < 1.0 ? 1 : 0;
        }
    // Each in its own place.
    g.patch.low[2] += 100 * static_cast<int>(groups.size());
    g.site = make_fit_site(g.patch);
  }
  return groups;
}

ScanCalibration start(const AppearanceParameters& shown) {
  ScanStatistics scan;
  scan.slice_thickness_mm = shown.slice_mm;
  ScanCalibration c = physical_calibration(scan, shown.slice_mm, {});
  c.look.blur_mm = 0.6;
  return c;
}

}  // namespace

TEST_CASE("How fast the kernel falls off is learned from the seeds that lie alone") {
  for (const double roll_off : {2.0, 3.0}) {
    CAPTURE(roll_off);
    const AppearanceParameters shown{.blur_mm = 0.55, .roll_off = roll_off, .slice_mm = 1.0, .slice_blur_mm = 0.3, .hardening_per_mm = 1.0};
    const ScanCalibration learned = calibrate(start(shown), alone(shown, 70000.0, 1.0, 3.5));
    CHECK(learned.isolated >= 3);
    CHECK(learned.look.roll_off == Approx(roll_off).margin(0.25));
    CHECK(learned.look.blur_mm == Approx(0.55).margin(0.04));
    CHECK(learned.prior.axial_mass == Approx(70000.0).epsilon(0.05));
  }
}

TEST_CASE("A kernel's end and the welds of the capsules are learned from the seeds that lie alone") {
  for (const double limit : {0.75, 0.83, std::numeric_limits<double>::infinity()}) {
    CAPTURE(limit);
    const AppearanceParameters shown{.blur_mm = 0.43,
                                     .band_limit_per_mm = limit,
                                     .end_mm = 2.0,
                                     .end_share = 0.03,
                                     .slice_mm = 0.6,
                                     .slice_blur_mm = 0.3,
                                     .hardening_per_mm = 1.0};
    const ScanCalibration learned = calibrate(start(shown), alone(shown, 70000.0, 0.48, 4.5, 60.0F));
    CHECK(learned.isolated >= 3);
    if (limit < 1.0) CHECK(learned.look.band_limit_per_mm == Approx(limit).epsilon(0.05));
    if (limit > 1.0) CHECK(learned.look.band_limit_per_mm > 1.3);  // where the transfer is below a hundredth
    CHECK(learned.look.blur_mm == Approx(0.43).margin(0.03));
    CHECK(learned.look.end_share == Approx(0.03).margin(0.01));
    CHECK(learned.prior.axial_mass == Approx(70000.0).epsilon(0.05));
    CHECK_FALSE(learned.fits_badly);
  }
}

TEST_CASE("A standing seed whose welds show in thin slices lies alone as well as one of which the core shows") {
  const AppearanceParameters shown{.blur_mm = 0.6, .slice_mm = 0.6, .slice_blur_mm = 0.3, .hardening_per_mm = 1.0};
  CHECK(calibrate(start(shown), alone(shown, 70000.0, 0.48, 4.8)).isolated == 5);
  // Two end to end are longer than any one.
  CHECK(calibrate(start(shown), alone(shown, 70000.0, 0.48, 7.5)).isolated == 0);
}

TEST_CASE("Objects that lie alone and differ in mass teach, and that no three are alike is known") {
  const AppearanceParameters shown{.blur_mm = 0.6, .slice_mm = 1.0, .slice_blur_mm = 0.3, .hardening_per_mm = 1.0};
  const ScanCalibration alike = calibrate(start(shown), alone(shown, 70000.0, 1.0, 3.5));
  CHECK(alike.learned());
  CHECK_FALSE(alike.unlike);
  // Pairs that were taken for one, clips and a seed.
  const ScanCalibration mixed = calibrate(start(shown), alone(shown, 70000.0, 1.0, 3.5, 10.0F, {1.7, 1.0, 0.7, 0.5, 1.35}));
  CHECK(mixed.learned());
  CHECK(mixed.unlike);
}

TEST_CASE("What is no brighter than tissue, as vessels in lung are, teaches nothing") {
  const AppearanceParameters shown{.blur_mm = 0.8, .slice_mm = 5.0, .slice_blur_mm = 0.3, .hardening_per_mm = 1.0};
  std::vector<SeedGroup> groups = alone(shown, 60000.0, 5.0, 3.5);
  CHECK(calibrate(start(shown), groups).learned());
  // The same about lung: each as bright at its brightest as liver is.
  for (SeedGroup& g : groups) {
    const float lung = 80.0F - *std::max_element(g.patch.hu.begin(), g.patch.hu.end());
    for (float& hu : g.patch.hu) hu += lung;
    for (float& hu : g.patch.background_hu) hu += lung;
    g.site = make_fit_site(g.patch);
    CHECK_FALSE(outshines_tissue(g));
  }
  CHECK(calibrate(start(shown), groups).isolated == 0);
  CHECK_FALSE(calibrate_from_neighbours(start(shown), groups).learned());
}

}  // namespace seedaudit::test
