// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "detectors/scan_statistics.h"
#include "detectors/seed_fit.h"
#include "detectors/voxel_patch.h"
#include "tests/detectors/fit_box.h"

namespace seedaudit::test {
namespace {

void add_noise(FitSite& site, double sigma_hu) {
  std::mt19937 random(5);
  std::normal_distribution<float> noise(0.0F, static_cast<float>(sigma_hu));
  for (float& v : site.hu) v += noise(random);
}

FitSite with_seed(const SeedAppearance& look, const FittedSeed& s) {
  FitSite site = box(1.0);
  add_seed_image(look, site, s, site.hu);
  return site;
}

}  // namespace

TEST_CASE("A seed is left no less explained in a noisy scan than in a quiet one") {
  const SeedAppearance look({.blur_mm = 0.5, .slice_mm = 1.0});
  const FittedSeed truth{{0.2, -0.4, 0.3}, Eigen::Vector3d(0.8, 0.3, 0.52).normalized(), 60000.0};
  FittedSeed wrong = truth;
  wrong.center_mm[0] += 0.35;
  const double quiet = relative_misfit(look, with_seed(look, truth), {wrong}, wrong);
  REQUIRE((quiet > 0.2 && quiet < 0.6));
  FitSite noisy = with_seed(look, truth);
  add_noise(noisy, 250.0);
  const double blamed = relative_misfit(look, noisy, {wrong}, wrong);
  noisy.noise_hu = 250.0;
  const double fair = relative_misfit(look, noisy, {wrong}, wrong);
  CHECK(blamed > quiet + 0.05);  // what noise adds where it is not known
  CHECK(fair == Approx(quiet).margin(0.03));
  CHECK(relative_misfit(look, noisy, {truth}, truth) < 0.1);
  noisy.noise_hu = 0.0;
  CHECK(relative_misfit(look, noisy, {truth}, truth) > 0.2);  // as much as a clip leaves
}

TEST_CASE("What does not outshine noise has no shape, however well a seed fits it") {
  const SeedAppearance look({.slice_mm = 1.0});
  const FittedSeed faint{{0.0, 0.0, 0.0}, Eigen::Vector3d::UnitX(), 2000.0};
  FitSite site = with_seed(look, faint);
  site.noise_hu = 150.0;
  add_noise(site, site.noise_hu);
  CHECK(relative_misfit(look, site, {faint}, faint) == 1.0);
}

TEST_CASE("Noise is measured where it is as large as the range of tissue") {
  const auto grid = GridGeometry<CtFrame>::make({96, 96, 6}, {0.8, 0.8, 2.0}, {{0.0, 0.0, 0.0}}, Eigen::Matrix3d::Identity()).value();
  for (const double sigma : {12.0, 60.0, 150.0}) {
    CtVolume ct;
    ct.grid = grid;
    std::mt19937 random(3);
    std::normal_distribution<double> noise(40.0, sigma);
    for (std::size_t v = 0; v < grid.voxel_count(); ++v) ct.hu.push_back(static_cast<std::int16_t>(std::lround(noise(random))));
    CAPTURE(sigma);
    CHECK(measure_scan(ct).noise_hu == Approx(sigma).epsilon(0.08));
  }
}

TEST_CASE("Metal in air is no noisy tissue") {
  CtVolume ct;
  ct.grid = GridGeometry<CtFrame>::make({96, 96, 6}, {0.8, 0.8, 2.0}, {{0.0, 0.0, 0.0}}, Eigen::Matrix3d::Identity()).value();
  ct.hu.assign(ct.grid.voxel_count(), -990);
  const double none = measure_scan(ct).noise_hu;
  for (std::size_t v = 0; v < ct.hu.size(); v += 8) ct.hu[v] = 2100;
  CHECK(measure_scan(ct).noise_hu == none);
}

TEST_CASE("Beside metal the noise is that of the place, of voxels that are no object, and slopes are none") {
  VoxelPatch p;
  p.size = {30, 30, 5};
  p.spacing_mm = {0.8, 0.8, 2.0};
  p.background_hu.assign(30 * 30 * 5, 0.0F);
  p.clip.assign(p.background_hu.size(), VoxelPatch::kNone);
  p.sigma.assign(p.background_hu.size(), 1.0F);
  std::vector<std::uint8_t> object(p.background_hu.size(), 0);
  std::mt19937 random(9);
  std::normal_distribution<float> noise(0.0F, 90.0F);
  for (int k = 0; k < 5; ++k)
    for (int j = 0; j < 30; ++j)
      for (int i = 0; i < 30; ++i) {
        const bool in = std::abs(i - 15) < 3 && std::abs(j - 15) < 3;
        object[p.hu.size()] = in ? 1 : 0;
        p.hu.push_back(40.0F * static_cast<float>(i) + (in ? 2500.0F : 0.0F) + noise(random));  // the flank of a pool of lipiodol
      }
  weigh_patch(p, object, 20.0, 0.1);
  CHECK(p.noise_hu == Approx(90.0).epsilon(0.08));
  weigh_patch(p, object, 140.0, 0.1);
  CHECK(p.noise_hu == 140.0);
  std::fill(object.begin() + 30, object.end(), std::uint8_t{1});  // a row is left: too few to tell
  weigh_patch(p, object, 20.0, 0.1);
  CHECK(p.noise_hu == 20.0);
}

}  // namespace seedaudit::test
