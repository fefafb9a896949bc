// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cmath>
#include <tuple>

#include "tests/phantom/bench.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("water is 0 HU at the centre and near the edge") {
  Bench bench;
  bench.geometry.detector_mm = 0.5;
  bench.geometry.bins = 440;
  bench.run(water_cylinder(80.0));
  // Exact chords, exact water correction; what is left is the sampling of the chord's steep end by elements of 0.5 mm: under 1 HU in the
  // mean of a region (1.5 HU at 1 mm).
  CHECK(std::abs(bench.region(0, 0, 15).mean) < 1.0);
  CHECK(std::abs(bench.region(60, 0, 8).mean) < 1.0);
  CHECK(std::abs(bench.region(0, -60, 8).mean) < 1.0);
  // Air inside the circle of reconstruction.
  CHECK(std::abs(bench.region(0, 92, 4).mean + 1000.0) < 8.0);
}

TEST_CASE("beam hardening is there before the water correction and gone after it") {
  Bench bench;
  const Scene water = water_cylinder(85.0);
  bench.run(water);
  const double cup_after = bench.region(72, 0, 5).mean - bench.region(0, 0, 12).mean;
  bench.detector.correct_water = false;
  bench.run(water);
  const double cup_before = bench.region(72, 0, 5).mean - bench.region(0, 0, 12).mean;
  // 170 mm of water at 120 kVp cups by several percent.
  CHECK(cup_before > 25.0);
  CHECK(std::abs(cup_after) < 2.0);
}

TEST_CASE("known materials have the HU that their attenuation behind water predicts") {
  struct Insert {
    Tissue tissue;
    double x, y;
  };
  const Insert inserts[] = {{{0, 0.95, 0, 0}, 45, 0}, {{0.26, 0, 0, 0}, -45, 0}, {{1.0, 0, 0, 0.005}, 0, 45}, {{1.06, 0, 0, 0}, 0, -45}};
  Scene scene = water_cylinder(80.0);
  for (const auto& i : inserts) scene.bodies.push_back({rod({i.x, i.y, 0}, {0, 0, 1}, 400, 14), i.tissue, false, "insert", 0.0});
  Bench bench;
  bench.run(scene);
  const auto spectrum = make_spectrum(120);
  for (const auto& i : inserts) {
    // Rays to the insert pass about 80 mm of water on each side; a small change of path there counts with the hardened spectrum's mean.
    double weight = 0.0;
    double water = 0.0;
    double tissue = 0.0;
    for (std::size_t k = 0; k < kEnergyBins; ++k) {
      const double mu = linear_attenuation_per_mm(Material::water, spectrum->energy_kev[k]);
      const double w = spectrum->signal[k] * std::exp(-mu * 125.0);
      double m = 0.0;
      const auto c = components(i.tissue);
      for (std::size_t b = 0; b < c.size(); ++b) m += 0.1 * c[b] * mass_attenuation_cm2_g(kTissueMaterials[b], spectrum->energy_kev[k]);
      weight += w;
      water += w * mu;
      tissue += w * m;
    }
    const double expected = 1000.0 * (tissue / water - 1.0);
    const auto measured = bench.region(i.x, i.y, 8);
    // 28 mm of insert changes the hardening itself: 5 % of the difference from water, and 3 HU for the other inserts' streaks.
    CHECK(std::abs(measured.mean - expected) < 3.0 + 0.05 * std::abs(expected));
  }
}

TEST_CASE("noise falls with the square root of the dose, and electronic noise adds at low dose") {
  Bench bench;
  bench.detector.noise = true;
  bench.detector.electronic_quanta = 0.0;
  const Scene water = water_cylinder(80.0);
  bench.detector.quanta = 1e5;
  bench.run(water, 0.0, 3);
  const auto low = bench.region(0, 0, 40);
  bench.detector.quanta = 4e5;
  bench.run(water, 0.0, 4);
  const auto high = bench.region(0, 0, 40);
  // 1250 pixels, correlated over about two: the ratio of two standard deviations is good to 5 %.
  CHECK(std::abs(low.sd / high.sd / 2.0 - 1.0) < 0.12);
  CHECK(std::abs(low.mean) < 3.0);
  bench.detector.electronic_quanta = 400.0;
  bench.run(water, 0.0, 4);
  CHECK(bench.region(0, 0, 40).sd > 1.05 * high.sd);
}

TEST_CASE("photon starvation is held at the floor") {
  Scene scene = water_cylinder(60.0);
  scene.bodies.push_back({rod({0, 0, 0}, {0, 0, 1}, 400, 25), {0, 0, 8.0, 0}, false, "block", 0.0});
  Bench bench;
  bench.detector.noise = true;
  bench.detector.quanta = 2000.0;
  bench.run(scene);
  for (int i = 20; i < 76; ++i) REQUIRE(std::isfinite(bench.at(i, 48)));
  bench.detector.floor_quanta = 0.01;
  const double before = bench.peak();
  bench.run(scene);
  CHECK(bench.peak() > before);
}

TEST_CASE("kernels order by sharpness, and noise orders against them") {
  Scene wire = water_cylinder(40.0);
  wire.fine.push_back(solid("wire", rod({0.2, -0.3, 0}, {0, 0, 1}, 60, 0.15), Material::titanium, 4.54, kWater));
  double width[3];
  double noise[3];
  const ReconstructionKernel kernels[] = {ReconstructionKernel::soft, ReconstructionKernel::medium, ReconstructionKernel::sharp};
  for (int k = 0; k < 3; ++k) {
    Bench bench;
    bench.kernel = kernels[k];
    bench.geometry.detector_mm = 0.6;
    bench.geometry.bins = 160;
    bench.image = ImageGeometry::square(96, 0.25);
    bench.run(wire);
    width[k] = bench.width_mm(true);
    bench.detector.noise = true;
    bench.run(water_cylinder(40.0));
    noise[k] = bench.region(0, 0, 10).sd;
  }
  CHECK(width[0] > 1.1 * width[1]);
  CHECK(width[1] > 1.1 * width[2]);
  CHECK(noise[0] < noise[1]);
  CHECK(noise[1] < noise[2]);
  // A Hann transfer that halves at 0.30 per mm alone has a width of about 1.7 mm; element, focus and wire add in quadrature.
  CHECK(width[0] > 1.5);
  CHECK(width[0] < 2.2);
  for (const auto kernel : kernels) CHECK(std::abs(kernel_transfer(kernel, 0.0) - 1.0) < 1e-12);
  CHECK(std::abs(kernel_transfer(ReconstructionKernel::soft, 0.30) - 0.5) < 1e-12);
  CHECK(std::abs(kernel_transfer(ReconstructionKernel::medium, 0.40) - 0.5) < 1e-12);
  CHECK(std::abs(kernel_transfer(ReconstructionKernel::sharp, 0.70) - 0.5) < 1e-12);
}

TEST_CASE("slice profile: weights sum to one, half weight at half the thickness") {
  for (const double thickness : {0.6, 1.0, 2.5, 5.0}) {
    const auto profile = slice_profile(thickness, 0.6, 400);
    double sum = 0.0;
    double inside = 0.0;
    for (const auto& s : profile) {
      sum += s.weight;
      if (std::abs(s.offset_mm) < 0.5 * thickness) inside += s.weight;
    }
    CHECK(std::abs(sum - 1.0) < 1e-12);
    // A trapezoid of height 1 and full width at half maximum T has area T; beyond T/2 lies row/8 on each side.
    CHECK(std::abs(inside - (1.0 - 0.25 * std::min(0.6, thickness) / thickness)) < 0.01);
  }
}
