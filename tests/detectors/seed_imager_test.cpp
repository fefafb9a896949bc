// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_imager.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/detectors/fit_box.h"

namespace seedaudit::test {
namespace {

// The image point by point and voxel by voxel: what the fast one must equal.
std::vector<float> plain_image(const SeedAppearance& look, const FitSite& site, const FittedSeed& seed) {
  constexpr int kPoints = 6, kRow = SeedAppearance::kRadii;
  const double in_plane = std::hypot(seed.axis[0], seed.axis[1]);
  const auto ux = static_cast<float>(in_plane > 1e-9 ? seed.axis[0] / in_plane : 1.0);
  const auto uy = static_cast<float>(in_plane > 1e-9 ? seed.axis[1] / in_plane : 0.0);
  const auto plane = look.plane_for(seed.axis[2], seed.shadow);
  constexpr auto kReach = static_cast<float>(SeedAppearance::kReachMm - 0.02);
  std::vector<float> image(site.count(), 0.0F);
  for (const auto& c : site.columns)
    for (std::size_t v = c.begin; v < c.end; ++v) {
      float sum = 0.0F;
      for (int p = 0; p < kPoints; ++p) {
        const double along = look.parameters().core_length_mm * ((p + 0.5) / kPoints - 0.5);
        const float dx = static_cast<float>(c.x_mm - seed.center_mm[0]) - static_cast<float>(along * seed.axis[0]);
        const float dy = static_cast<float>(c.y_mm - seed.center_mm[1]) - static_cast<float>(along * seed.axis[1]);
        const float r2 = dx * dx + dy * dy, u = dx * ux + dy * uy;
        if (std::sqrt(r2) >= kReach) continue;
        const float rt = 10.0F * std::sqrt(r2), ct = std::min(1.0F, u * u / std::max(r2, 1e-12F)) * (SeedAppearance::kCosines - 1);
        const int ri = static_cast<int>(rt), ci = std::min(static_cast<int>(ct), SeedAppearance::kCosines - 2);
        const float rf = rt - static_cast<float>(ri), cf = ct - static_cast<float>(ci);
        const float* q = &plane[static_cast<std::size_t>(ci * kRow + ri)];
        const float value = (q[0] * (1 - rf) + q[1] * rf) * (1 - cf) + (q[kRow] * (1 - rf) + q[kRow + 1] * rf) * cf;
        const double z = seed.center_mm[2] + along * seed.axis[2];
        sum += value * static_cast<float>(seed.mass / kPoints * look.slice_profile(site.slice_z_mm[site.slice[v]] - z));
      }
      image[v] += sum;
    }
  return image;
}

FitSite with_gaps(double slice_mm) {
  // Every seventh voxel is missing, as where the weight of a patch is nothing.
  const FitSite whole = box(slice_mm);
  FitSite site;
  site.slice_z_mm = whole.slice_z_mm;
  for (const auto& c : whole.columns) {
    FitSite::Column column{c.x_mm, c.y_mm, site.count(), 0};
    for (std::size_t v = c.begin; v < c.end; ++v) {
      if (v % 7 == 0) continue;
      site.slice.push_back(whole.slice[v]);
      site.hu.push_back(0.0F);
      site.level_hu.push_back(0.0F);
      site.sigma.push_back(10.0F);
      site.clip.push_back(VoxelPatch::kNone);
      site.in_patch.push_back(v);
    }
    column.end = site.count();
    site.columns.push_back(column);
  }
  return site;
}

}  // namespace

TEST_CASE("A seed drawn fast is the seed drawn point by point") {
  for (const double slice_mm : {0.5, 1.0, 3.0}) {
    const SeedAppearance look({.slice_mm = slice_mm});
    const FitSite site = with_gaps(slice_mm);
    for (const Eigen::Vector3d& axis : {Eigen::Vector3d(1, 0, 0), Eigen::Vector3d(0, 0, 1), Eigen::Vector3d(0.6, -0.48, 0.64)})
      for (const double z : {-6.9, 0.2, 3.0}) {
        const FittedSeed seed{{1.3, -0.4, z}, axis, 70000.0, 0.7};
        std::vector<float> fast(site.count(), 0.0F);
        add_seed_image(look, site, seed, fast);
        const auto plain = plain_image(look, site, seed);
        const float peak = *std::max_element(plain.begin(), plain.end());
        REQUIRE(peak > 100.0F);
        double most = 0.0;
        for (std::size_t v = 0; v < site.count(); ++v) most = std::max(most, std::abs(static_cast<double>(fast[v] - plain[v])));
        // The same products in the same order: a rounding of single precision, no more.
        CHECK(most <= 1e-6 * static_cast<double>(peak));
      }
  }
}

TEST_CASE("What is kept from one image to the next changes none") {
  const SeedAppearance look({.slice_mm = 1.0});
  const FitSite site = box(1.0);
  const FittedSeed a{{0.3, 0.1, -0.2}, Eigen::Vector3d(0.6, 0.0, 0.8), 60000.0, 0.0};
  FittedSeed up = a, shaded = a, other = a;
  up.center_mm[2] += 0.04;
  shaded.shadow = 1.5;
  other.axis = Eigen::Vector3d(0.0, 1.0, 0.0);
  SeedImager imager(look, site);
  for (const FittedSeed& s : {a, up, shaded, other, a}) {
    std::vector<float> kept(site.count(), 0.0F), fresh(site.count(), 0.0F);
    imager.add(s, kept);
    add_seed_image(look, site, s, fresh);
    CHECK(kept == fresh);
  }
  SeedImager::InPlane in_plane;
  imager.draw_in_plane(a, in_plane);
  std::vector<float> lifted(site.count(), 0.0F), fresh(site.count(), 0.0F);
  imager.add(up, in_plane, lifted);
  add_seed_image(look, site, up, fresh);
  CHECK(lifted == fresh);
}

}  // namespace seedaudit::test
