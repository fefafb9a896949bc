// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/materials.h"

#include <catch2/catch.hpp>

#include <cmath>

#include "samples/phantom/fast_exp.h"
#include "samples/phantom/random.h"
#include "samples/phantom/spectrum.h"

using namespace seedaudit;

TEST_CASE("attenuation: tabulated values come back, edges are jumps") {
  // NISTIR 5632, entries as printed; interpolation returns a node exactly but for rounding.
  CHECK(std::abs(mass_attenuation_cm2_g(Material::water, 60) / 0.2059 - 1.0) < 1e-12);
  CHECK(std::abs(mass_attenuation_cm2_g(Material::silver, 40) / 17.20 - 1.0) < 1e-12);
  CHECK(std::abs(mass_attenuation_cm2_g(Material::titanium, 30) / 4.972 - 1.0) < 1e-12);
  CHECK(mass_attenuation_cm2_g(Material::silver, 25.6) / mass_attenuation_cm2_g(Material::silver, 25.4) > 5.0);
  CHECK(mass_attenuation_cm2_g(Material::iodine, 33.3) / mass_attenuation_cm2_g(Material::iodine, 33.0) > 5.0);
  CHECK(mass_attenuation_cm2_g(Material::gold, 81.0) / mass_attenuation_cm2_g(Material::gold, 80.5) > 4.0);
  // 10 keV steps in the photoelectric range: between nodes log-log is within 2 % of the law E^-3 that holds there.
  const double mid = mass_attenuation_cm2_g(Material::titanium, 25);
  CHECK(std::abs(mid / (15.85 * std::pow(20.0 / 25.0, std::log(15.85 / 4.972) / std::log(1.5))) - 1.0) < 1e-12);
  // Falls with energy, but for the edges.
  CHECK(mass_attenuation_cm2_g(Material::bone, 70) < mass_attenuation_cm2_g(Material::bone, 60));
}

TEST_CASE("spectrum: normalised, filtered as a body scan is, harder with voltage") {
  const auto s = make_spectrum(120);
  REQUIRE(s);
  double quanta = 0.0;
  double signal = 0.0;
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    quanta += s->quanta[k];
    signal += s->signal[k];
  }
  CHECK(std::abs(quanta - 1.0) < 1e-12);
  CHECK(std::abs(signal - 1.0) < 1e-12);
  // Body scanners at 120 kVp have half-value layers of 6.5 to 9 mm Al; ours is of the energy signal, which is a little harder than air
  // kerma.
  CHECK(half_value_layer_mm_al(*s) > 6.5);
  CHECK(half_value_layer_mm_al(*s) < 9.0);
  const auto low = make_spectrum(100);
  const auto high = make_spectrum(140);
  CHECK(low->mean_energy_kev < s->mean_energy_kev);
  CHECK(s->mean_energy_kev < high->mean_energy_kev);
  CHECK(half_value_layer_mm_al(*low) < half_value_layer_mm_al(*high));
  TubeFiltration copper;
  copper.copper_mm = 0.2;
  CHECK(make_spectrum(120, copper)->mean_energy_kev > s->mean_energy_kev);
  CHECK(make_spectrum(60).error().code == ErrorCode::invalid_option);
}

TEST_CASE("fast exponential stays within its stated error") {
  // Single precision carries 6e-8; the argument's own rounding at 80 adds 80 x 6e-8.
  for (float x = -80.0F; x <= 0.0F; x += 0.37F) CHECK(std::abs(fast_exp(x) / std::exp(static_cast<double>(x)) - 1.0) < 6e-6);
  for (float x = -2.0F; x <= 1.0F; x += 0.01F) CHECK(std::abs(fast_exp(x) / std::exp(static_cast<double>(x)) - 1.0) < 4e-7);
}

TEST_CASE("counter random numbers: standard normal, independent of order") {
  const CounterRandom random(7, 3);
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kN = 40000;
  for (int n = 0; n < kN; ++n) {
    const double v = random.normal(static_cast<std::uint64_t>(n));
    sum += v;
    squares += v * v;
  }
  // Five standard errors: 1/sqrt(n) of the mean, sqrt(2/n) of the variance.
  CHECK(std::abs(sum / kN) < 5.0 / std::sqrt(kN));
  CHECK(std::abs(squares / kN - 1.0) < 5.0 * std::sqrt(2.0 / kN));
  CHECK(random.normal(5) == CounterRandom(7, 3).normal(5));
  CHECK(random.normal(5) != CounterRandom(8, 3).normal(5));
  CHECK(random.normal(5) != CounterRandom(7, 4).normal(5));
}
