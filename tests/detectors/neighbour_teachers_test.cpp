// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "detectors/calibration.h"
#include "tests/detectors/group_box.h"

namespace seedaudit::test {
namespace {

constexpr double kNeighbourMass = 60000.0;
// A sharp kernel in thick slices: standing seeds weigh a fifth less than lying ones, and not as the start of the search has it.
const AppearanceParameters kSharpInThick{.blur_mm = 0.42, .slice_mm = 5.0, .slice_blur_mm = 0.45, .hardening_per_mm = 0.6};

ScanCalibration of_thick_slices() {
  ScanStatistics scan;
  scan.slice_thickness_mm = kSharpInThick.slice_mm;
  return physical_calibration(scan, kSharpInThick.slice_mm, {});
}

// Two seeds side by side, 2.4 mm apart, that lean as given; of so many masses.
SeedGroup leaning_pair(double lean_deg, double z_mm, double masses, int place) {
  const SeedAppearance look(kSharpInThick);
  const double lean = lean_deg * 3.14159265358979323846 / 180.0;
  std::vector<FittedSeed> seeds;
  for (const double side : {-1.2, 1.2}) {
    const Eigen::Vector3d axis(0.0, std::sin(lean), std::cos(lean));
    seeds.push_back({Eigen::Vector3d(side, 0.2 * side, z_mm), axis, masses * kNeighbourMass * look.relative_mass(axis[2])});
  }
  SeedGroup g = group_of(look, seeds, {}, kSharpInThick.slice_mm);
  g.patch.low[2] += 100 * place;  // each in its own place
  g.site = make_fit_site(g.patch);
  return g;
}

std::vector<SeedGroup> leaning_pairs() {
  std::vector<SeedGroup> groups;
  for (const double lean : {5.0, 15.0, 30.0, 45.0})
    groups.push_back(leaning_pair(lean, 0.4 * static_cast<double>(groups.size()), 1.0, static_cast<int>(groups.size())));
  return groups;
}

}  // namespace

TEST_CASE("Seeds that all touch teach what they look like, and are of one mass once they have") {
  const ScanCalibration taught = calibrate_from_neighbours(of_thick_slices(), leaning_pairs());
  REQUIRE(taught.learned());
  CHECK(taught.among_others);
  CHECK(taught.alike >= 7);
  CHECK(taught.share_of_needed == 1.0);
  CHECK_FALSE(taught.rivals);
  CHECK(taught.look.blur_mm == Approx(kSharpInThick.blur_mm).margin(0.04));
  CHECK(taught.prior.axial_mass == Approx(kNeighbourMass).epsilon(0.06));
  CHECK(taught.prior.mass_log_sigma < 0.2);
}

TEST_CASE("Of objects of two masses the more teach, and that others could have is said") {
  std::vector<SeedGroup> groups = leaning_pairs();
  groups.push_back(leaning_pair(30.0, 0.0, 0.6, 8));
  const ScanCalibration taught = calibrate_from_neighbours(of_thick_slices(), groups);
  REQUIRE(taught.learned());
  CHECK(taught.prior.axial_mass == Approx(kNeighbourMass).epsilon(0.06));
  CHECK(taught.share_of_needed > 0.6);
  CHECK(taught.share_of_needed < 0.9);
  CHECK(taught.rivals);
}

TEST_CASE("Objects of many masses teach nothing") {
  std::vector<SeedGroup> groups;
  for (const double masses : {0.55, 0.8, 1.15, 1.65}) groups.push_back(leaning_pair(20.0, 0.3, masses, static_cast<int>(groups.size())));
  CHECK_FALSE(calibrate_from_neighbours(of_thick_slices(), groups).learned());
}

}  // namespace seedaudit::test
