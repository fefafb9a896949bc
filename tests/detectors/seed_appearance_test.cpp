// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_appearance.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "detectors/seed_fit.h"
#include "tests/detectors/fit_box.h"

namespace seedaudit::test {
namespace {

std::vector<float> image_of(const SeedAppearance& look, const FitSite& site, const FittedSeed& seed) {
  std::vector<float> image(site.count(), 0.0F);
  add_seed_image(look, site, seed, image);
  return image;
}

double sum(const std::vector<float>& image) {
  double total = 0.0;
  for (float v : image) total += static_cast<double>(v);
  return total;
}

}  // namespace

TEST_CASE("The slice profile integrates to one: no mass is made or lost between slices") {
  const SeedAppearance look({.slice_mm = 2.5});
  double integral = 0.0;
  for (int n = -800; n <= 800; ++n) integral += 0.01 * look.slice_profile(0.01 * n);
  CHECK(integral == Approx(1.0).epsilon(1e-6));
}

TEST_CASE("Without hardening a seed's image holds its mass, however it lies") {
  // Reconstruction is linear: the integral over HU is the object's. The kernel ends at 7 mm, where a Gaussian of 0.7 mm has none left.
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 0.0});
  const FitSite site = box(1.0);
  for (const Eigen::Vector3d& axis : {Eigen::Vector3d(1, 0, 0), Eigen::Vector3d(0, 0, 1), Eigen::Vector3d(0.6, 0.0, 0.8)}) {
    const auto image = image_of(look, site, {{0.1, -0.2, 0.3}, axis, 50000.0});
    CHECK(0.25 * sum(image) == Approx(50000.0).epsilon(5e-3));
  }
}

TEST_CASE("A kernel that falls off faster shows the same mass, and a dark ring about it") {
  const FitSite site = box(1.0);
  const FittedSeed standing{{0.1, -0.2, 0.3}, Eigen::Vector3d::UnitZ(), 50000.0};
  const auto shown = [&](double roll_off) {
    return image_of(SeedAppearance({.roll_off = roll_off, .slice_mm = 1.0, .hardening_per_mm = 0.0}), site, standing);
  };
  const auto gaussian = shown(2.0), next = shown(2.001), steep = shown(4.0);
  const float brightest = *std::max_element(gaussian.begin(), gaussian.end());
  for (std::size_t v = 0; v < gaussian.size(); ++v) REQUIRE(std::abs(next[v] - gaussian[v]) < 0.001F * brightest);
  CHECK(0.25 * sum(steep) == Approx(50000.0).epsilon(5e-3));
  CHECK(*std::min_element(steep.begin(), steep.end()) < -0.02F * brightest);
  CHECK(*std::min_element(gaussian.begin(), gaussian.end()) > -0.001F * brightest);
}

TEST_CASE(
    "The kernel of a standing seed is the Hankel transform of the transfer function, with its rings where that ends at a band limit") {
  for (const double limit : {0.83, 10.0}) {
    CAPTURE(limit);
    const AppearanceParameters p{.blur_mm = 0.43, .band_limit_per_mm = limit, .hardening_per_mm = 0.0};
    const auto plane = SeedAppearance(p).plane_for(1.0);
    const double half = half_frequency_per_mm(p.blur_mm);
    double darkest = 0.0;
    for (std::size_t r = 0; r < 41; ++r) {
      double expected = 0.0;  // 2 pi times the integral of f M(f) J0(2 pi f r)
      constexpr double kStep = 0.001;
      for (double f = 0.5 * kStep; f < std::min(limit, 6.0 * half); f += kStep)
        expected += 2.0 * M_PI * f * std::pow(2.0, -std::pow(f / half, 2.0)) *
                    std::cyl_bessel_j(0.0, 2.0 * M_PI * f * 0.1 * static_cast<double>(r)) * kStep;
      CHECK(static_cast<double>(plane[r]) == Approx(expected).margin(0.004));
      darkest = std::min(darkest, expected);
    }
    CHECK((darkest < -0.005 * static_cast<double>(plane[0])) == (limit < 1.0));
  }
}

TEST_CASE("The welded ends of a capsule have their share of its mass, beyond the core") {
  const FitSite site = box(1.0);
  const FittedSeed lying{Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitX(), 50000.0};
  const auto shown = [&](double share) {
    return image_of(SeedAppearance({.blur_mm = 0.4, .end_mm = 2.0, .end_share = share, .slice_mm = 1.0, .hardening_per_mm = 0.0}), site,
                    lying);
  };
  const auto bare = shown(0.0), welded = shown(0.05);
  CHECK(0.25 * sum(welded) == Approx(0.25 * sum(bare)).epsilon(1e-3));
  double beyond = 0.0;  // the core
  for (const auto& c : site.columns)
    for (std::size_t v = c.begin; v < c.end; ++v)
      if (std::abs(c.x_mm) > 1.9) beyond += 0.25 * static_cast<double>(welded[v] - bare[v]);
  // Pixels from 2 mm on reach from 1.75 mm: 0.73 of a Gaussian of 0.4 mm about 2 mm, less the core's own spill.
  CHECK(beyond == Approx(0.1 * 50000.0 * 0.73).epsilon(0.04));
}

TEST_CASE("Rays along the core are starved: dark lobes at the ends of a seed that lies, none about one that stands") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  const FitSite site = box(1.0);
  const auto darkest = [&](const Eigen::Vector3d& axis) {
    const auto image = image_of(look, site, {Eigen::Vector3d::Zero(), axis, 50000.0});
    const float brightest = *std::max_element(image.begin(), image.end());
    return static_cast<double>(*std::min_element(image.begin(), image.end()) / brightest);
  };
  CHECK(darkest(Eigen::Vector3d::UnitX()) < -0.02);
  CHECK(darkest(Eigen::Vector3d::UnitZ()) > -0.01);
  // A seed on its side loses more of its mass to hardening than one that is crossed by all rays.
  CHECK(look.relative_mass(0.0) < look.relative_mass(1.0));
}

TEST_CASE("A shaded seed is darker at its ends, lighter as a whole, and no other across") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  const auto in_line = [&](double cores) {
    Shade::Cores all{};
    for (int n = -1; n <= 1; ++n) all[static_cast<std::size_t>(Shade::kAngles / 2 + n)] = static_cast<float>(cores);
    return look.shade_of(0.0, all);
  };
  CHECK(look.relative_mass(0.0, in_line(4.0)) < look.relative_mass(0.0));
  CHECK(look.relative_mass(0.0, in_line(4.0)) > 0.9 * look.relative_mass(0.0));  // a few degrees of 180
  const FitSite site = box(1.0);
  const auto at = [&](double cores, double x_mm, double y_mm) {
    const Shade shade = in_line(cores);
    const auto image =
        image_of(look, site, {Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitX(), 50000.0 * look.relative_mass(0.0, shade), shade});
    double value = 0.0;
    for (const auto& c : site.columns)
      if (c.x_mm == x_mm && c.y_mm == y_mm) value = static_cast<double>(image[c.begin + (c.end - c.begin) / 2]);
    return value;
  };
  CHECK(at(2.0, 3.0, 0.0) < at(0.0, 3.0, 0.0) - 50.0);                  // in the gap to the next
  CHECK(at(2.0, 0.0, 2.0) == Approx(at(0.0, 0.0, 2.0)).epsilon(0.15));  // beside it
}

TEST_CASE("Under any number of cores, at any tilt, something of a seed is left") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 3.0});
  Shade::Cores all{};
  all.fill(50.0F);
  const Shade shade = look.shade_of(1.0, all);  // cast at a standing seed, which sees most of itself alone
  for (const double tilt : {0.0, 0.5, 1.0}) {
    CHECK(look.relative_mass(tilt, shade) >= 0.099 * look.relative_mass(tilt));
    for (const float v : look.plane_for(tilt, shade)) CHECK(std::isfinite(v));
  }
}

TEST_CASE("A kernel turned to a tilt nearby is the kernel of that tilt") {
  const SeedAppearance look({.slice_mm = 1.0, .hardening_per_mm = 1.0});
  Shade::Cores all{};
  all[10] = 1.0F;
  const Shade shade = look.shade_of(0.4, all);
  SeedAppearance::Plane turned = look.plane_for(0.4, shade);
  look.turn(turned, 0.4, 0.55, shade);
  const SeedAppearance::Plane there = look.plane_for(0.55, shade);
  REQUIRE(turned.size() == there.size());
  for (std::size_t n = 0; n < there.size(); ++n) CHECK(turned[n] == Approx(there[n]).margin(1e-5));
}

TEST_CASE("A seed and its reverse are one") {
  const SeedAppearance look({.slice_mm = 2.5});
  const FitSite site = box(2.5);
  const Eigen::Vector3d axis = Eigen::Vector3d(0.5, -0.7, 0.4).normalized();
  const auto there = image_of(look, site, {{0.3, 0.2, 0.5}, axis, 40000.0});
  const auto back = image_of(look, site, {{0.3, 0.2, 0.5}, -axis, 40000.0});
  double largest = 0.0;
  for (std::size_t v = 0; v < there.size(); ++v) largest = std::max(largest, std::abs(static_cast<double>(there[v] - back[v])));
  CHECK(largest < 1e-2);  // of a peak above 1000 HU: single precision
}

TEST_CASE("The fit finds a seed back from half a millimetre and 20 degrees off") {
  const SeedAppearance look({.slice_mm = 1.0});
  const SeedPrior prior;
  FitSite site = box(1.0);
  const Eigen::Vector3d axis = Eigen::Vector3d(0.8, 0.3, 0.52).normalized();
  const FittedSeed truth{{0.2, -0.4, 0.3}, axis, prior.axial_mass * look.relative_mass(axis[2])};
  site.hu = image_of(look, site, truth);
  std::vector<FittedSeed> seeds{
      {truth.center_mm + Eigen::Vector3d(0.3, 0.3, -0.3), (axis + Eigen::Vector3d(0.0, 0.35, 0.0)).normalized(), 0.8 * truth.mass}};
  const FitCost cost = refine_seeds(look, prior, site, {.iterations = 40, .correlation = 1.0, .active = {}}, seeds);
  // Its own model, no noise: what remains is the stop rule of the descent and the tables' interpolation.
  CHECK((seeds[0].center_mm - truth.center_mm).norm() < 0.02);
  CHECK(std::abs(seeds[0].axis.dot(axis)) > std::cos(1.0 * 3.14159 / 180.0));
  CHECK(seeds[0].mass == Approx(truth.mass).epsilon(0.01));
  CHECK(cost.total() < 1.0);
}

TEST_CASE("Capsules: end to end, side by side, crossed") {
  const auto distance = [](const Eigen::Vector3d& at, const Eigen::Vector3d& axis) {
    return capsule_distance_mm({Eigen::Vector3d::Zero(), Eigen::Vector3d::UnitX(), 0.0}, {at, axis, 0.0}, 4.5, 0.8);
  };
  CHECK(distance({5.0, 0.0, 0.0}, Eigen::Vector3d::UnitX()) == Approx(1.3));  // axes of round-ended rods are 3.7 mm long
  CHECK(distance({0.0, 0.9, 0.0}, Eigen::Vector3d::UnitX()) == Approx(0.9));
  CHECK(distance({0.0, 0.0, 1.1}, Eigen::Vector3d::UnitY()) == Approx(1.1));
}

}  // namespace seedaudit::test
