// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/tg43.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "dosimetry/source_library.h"

// Numbers printed in the AAPM reports (Med Phys 31:633, 34:2187, 44:e297) or worked out by hand from them, kept here so that the repository
// alone shows the formalism right. tg43_oracles_test.cpp holds the larger set.
using namespace seedaudit;

namespace {

SourceModel source(const char* id) {
  const auto s = find_source(id);
  REQUIRE(s.ok());
  return *s;
}

double relative(double value, double expected) { return std::abs(value / expected - 1.0); }

/// A source with nothing but the g_L asked for: length 3 mm, isotropic.
SourceModel with_g(std::vector<double> r_cm, std::vector<double> g) {
  SourceModel s = source("amersham-6711");
  s.radial = {std::move(r_cm), std::move(g)};
  return s;
}

}  // namespace

TEST_CASE("geometry function of a 3 mm line, worked out by hand") {
  // beta = 2 atan(L/2 / r) on the transverse axis; 1/(r^2 - L^2/4) on the long one. Formulae: 1e-12 is rounding.
  const Cm length{0.3};
  CHECK(relative(geometry_function(Cm{1.0}, 90.0, length), 2.0 * std::atan(0.15) / 0.3) < 1e-12);
  CHECK(relative(geometry_function(Cm{1.0}, 90.0, length), 0.9925996507299667) < 1e-9);
  CHECK(relative(geometry_function(Cm{std::sqrt(2.0)}, 45.0, length), 0.5018622429456333) < 1e-9);
  CHECK(relative(geometry_function(Cm{1.0}, 0.0, length), 1.0 / (1.0 - 0.0225)) < 1e-12);
  CHECK(relative(geometry_function(Cm{1.0}, 180.0, length), 1.0230179028132993) < 1e-9);
}

TEST_CASE("geometry function has no seam at the axis, beside the line, or at its fold") {
  const Cm length{0.3};
  // Towards the axis the general form tends to the limit form with an error of order theta^2.
  CHECK(relative(geometry_function(Cm{0.5}, 1e-4, length), geometry_function(Cm{0.5}, 0.0, length)) < 1e-9);
  // Beside the line (r < L/2) the subtended angle exceeds 90 degrees: two arc tangents, each on its own branch, give it independently.
  const double y = 0.05, z = 0.04;
  const double beta = std::atan2(y, z - 0.15) - std::atan2(y, z + 0.15);
  const double theta = std::atan2(y, z) * 180.0 / M_PI;
  CHECK(beta > M_PI / 2.0);
  CHECK(relative(geometry_function(Cm{std::hypot(y, z)}, theta, length), beta / (0.3 * y)) < 1e-12);
  CHECK(geometry_function(Cm{1.0}, 30.0, length) == Approx(geometry_function(Cm{1.0}, 150.0, length)).epsilon(1e-12));
  // Far away every line is a point: (L/r)^2/12 at 100 cm is 7.5e-7.
  CHECK(relative(geometry_function(Cm{100.0}, 90.0, length) * 1e4, 1.0) < 1e-6);
  CHECK(geometry_function(Cm{2.0}, 17.0, Cm{0.0}) == 0.25);
}

TEST_CASE("g_L follows the worked examples of TG-43U1S1") {
  // Med Phys 34:2187, III.C, printed to three digits.
  CHECK(std::abs(radial_dose_function(with_g({1.0, 2.0}, {1.0, 0.8}), Cm{1.5}) - 0.894) < 5e-4);
  CHECK(std::abs(radial_dose_function(with_g({1.0, 4.0, 5.0}, {1.0, 0.51, 0.391}), Cm{6.0}) - 0.300) < 5e-4);
}

TEST_CASE("g_L: nearest below the table, linear rules between entries, one exponential beyond") {
  const SourceModel s = source("amersham-6702");
  CHECK(radial_dose_function(s, Cm{0.05}) == 1.02);
  CHECK(relative(radial_dose_function(s, Cm{9.5}), std::sqrt(0.134 * 0.0979)) < 1e-12);
  CHECK(relative(radial_dose_function(s, Cm{9.5}, InterpolationRules::linear), 0.5 * (0.134 + 0.0979)) < 1e-12);
  CHECK(relative(radial_dose_function(s, Cm{11.0}), 0.0979 * 0.0979 / 0.134) < 1e-12);
  CHECK(radial_dose_function(s, Cm{11.0}, InterpolationRules::linear) == radial_dose_function(s, Cm{11.0}));
}

TEST_CASE("F: bilinear inside, nearest radius outside by S1, linear on request, symmetric in theta") {
  const SourceModel s = source("amersham-6702");
  CHECK(anisotropy_function(s, Cm{1.0}, 10.0) == Approx(0.584).epsilon(1e-12));
  CHECK(anisotropy_function(s, Cm{0.25}, 2.5) == Approx(0.399).epsilon(1e-9));
  CHECK(anisotropy_function(s, Cm{4.5}, 65.0) == Approx(0.9865).epsilon(1e-9));
  CHECK(anisotropy_function(s, Cm{6.0}, 40.0) == Approx(0.944).epsilon(1e-9));
  CHECK(anisotropy_function(s, Cm{1.0}, 170.0) == Approx(0.584).epsilon(1e-12));
  // 6711 at 0 degrees: 0.52 at 4 cm, 0.55 at 5 cm.
  const SourceModel t = source("6711");
  CHECK(anisotropy_function(t, Cm{6.0}, 0.0) == Approx(0.55).epsilon(1e-12));
  CHECK(anisotropy_function(t, Cm{6.0}, 0.0, InterpolationRules::linear) == Approx(0.58).epsilon(1e-12));
}

TEST_CASE("6711: 1 U gives 19.847 Gy at 1 cm on the transverse axis, to infinity") {
  // Lambda x mean life: 0.965 cGy/h/U x 59.4 d x 24 / ln 2 = 1984.7213 cGy. Formula: rounding only.
  const SourceModel s = source("6711");
  const double gy = dose_to_infinity(dose_rate_2d(s, Cm{1.0}, 90.0), s.half_life).value;
  CHECK(relative(gy, 19.84721338531) < 1e-9);
  CHECK(relative(mean_life(s.half_life).value, 2056.7058) < 1e-6);
}

TEST_CASE("g_P of 6711 as printed follows from g_L and G_L") {
  // Med Phys 31:633: the columns for the line and the point source; printed digits allow half a unit of the third.
  const SourceModel s = source("6711");
  const std::vector<double> r{0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
  const std::vector<double> g{0.696, 0.853, 0.982, 1.048, 1.036, 1.0, 0.912, 0.819, 0.636, 0.499, 0.367, 0.272, 0.2, 0.149, 0.11, 0.0809};
  for (std::size_t i = 0; i < r.size(); ++i) {
    CAPTURE(r[i]);
    CHECK(std::abs(radial_dose_function_point(s, Cm{r[i]}) - g[i]) < 5.001e-4);
  }
}

TEST_CASE("phi_an of 6711 as published is the solid-angle average of F") {
  // Printed to three digits from a finer F than the printed one: 0.003.
  const SourceModel s = source("6711");
  const std::vector<double> r{0.5, 1.0, 2.0, 3.0, 4.0, 5.0}, phi{0.973, 0.944, 0.941, 0.942, 0.943, 0.944};
  for (std::size_t i = 0; i < r.size(); ++i) {
    CHECK(std::abs(integrated_anisotropy_factor(s, Cm{r[i]}) - phi[i]) < 3e-3);
    CHECK(anisotropy_factor(s, Cm{r[i]}) == phi[i]);
  }
  CHECK(anisotropy_factor(s, Cm{0.75}) == Approx(0.5 * (0.973 + 0.944)).epsilon(1e-12));
  CHECK(anisotropy_factor(s, Cm{0.1}) == 0.973);
  CHECK(anisotropy_factor(s, Cm{9.0}) == 0.944);
}

TEST_CASE("the integral of F = 1 over a point source is 1, over a line its own mean") {
  SourceModel s = source("6711");
  for (double& f : s.anisotropy.value) f = 1.0;
  s.active_length = Cm{0.0};
  CHECK(relative(integrated_anisotropy_factor(s, Cm{1.0}), 1.0) < 1e-6);  // Simpson over 320 steps of a sine
}

TEST_CASE("Cs-131 CS-1 Rev2, hand evaluations from Med Phys 44:e297") {
  const SourceModel s = source("CS-1 Rev2");
  CHECK(relative(dose_rate_2d(s, Cm{0.5}, 90.0), 4.095589819177844) < 1e-6);
  CHECK(relative(dose_rate_2d(s, Cm{2.0}, 90.0), 0.2420700044533031) < 1e-6);
  CHECK(relative(dose_rate_2d(s, Cm{10.0}, 90.0), 0.0015843593710221954) < 1e-6);
  CHECK(relative(dose_rate_2d(s, Cm{1.0}, 30.0), 0.9647432411809304) < 1e-6);
  CHECK(relative(radial_dose_function(s, Cm{15.0}), 0.039302391933469634) < 1e-6);
  CHECK(relative(mean_life(s.half_life).value, 335.478534028156) < 1e-9);
}

TEST_CASE("1-D is the 2-D transverse rate times phi_an, never g_L with the inverse square") {
  const SourceModel s = source("6711");
  CHECK(relative(dose_rate_1d(s, Cm{0.5}), dose_rate_2d(s, Cm{0.5}, 90.0) * 0.973) < 1e-12);
  // g_L(0.25) with (r0/r)^2 would be 10 % too high (1.082 against 0.982).
  const double crosswise = s.dose_rate_constant * 16.0 * radial_dose_function(s, Cm{0.25}) * anisotropy_factor(s, Cm{0.25});
  CHECK(relative(crosswise, dose_rate_1d(s, Cm{0.25})) > 0.10);
}

TEST_CASE("inside the capsule the dose is that at the nearest point of its surface") {
  const SourceModel s = source("6711");  // 4.5 x 0.8 mm
  const auto wall = nearest_outside_capsule(s, {0.05, 0.01});
  CHECK(wall.along_cm == 0.05);
  CHECK(wall.away_cm == Approx(0.04));
  const auto end = nearest_outside_capsule(s, {-0.22, 0.005});
  CHECK(end.along_cm == Approx(-0.225));
  CHECK(end.away_cm == 0.005);
  const auto outside = nearest_outside_capsule(s, {0.3, 0.0});
  CHECK(outside.along_cm == 0.3);
  CHECK(outside.away_cm == 0.0);
  CHECK(nearest_outside_capsule(s, Cm{0.0}).value == Approx(0.04));
  CHECK(nearest_outside_capsule(s, Cm{0.5}).value == 0.5);
}

TEST_CASE("no point around any shipped source is NaN, infinite or negative") {
  for (const auto& id : source_ids()) {
    const SourceModel s = source(id.c_str());
    for (int i = -40; i <= 40; ++i)
      for (int j = 0; j <= 40; ++j)
        for (const auto rules : {InterpolationRules::s1, InterpolationRules::linear}) {
          const double rate = dose_rate_around(s, {i * 0.0125, j * 0.0125}, rules);
          if (!(rate > 0.0) || !std::isfinite(rate)) FAIL(id << " at " << i * 0.0125 << ", " << j * 0.0125 << " cm: " << rate);
        }
    CHECK(dose_rate_around(s, {0.0, 0.0}) > 0.0);
    CHECK(std::isfinite(dose_rate_around(s, {60.0, 0.0})));
  }
}

TEST_CASE("decay, delivered fraction and total reference air kerma of I-125") {
  const Hours half_life = to_hours(Days{59.4});
  CHECK(decay_factor(half_life, Days{59.4}) == Approx(0.5).epsilon(1e-12));
  CHECK(decay_factor(half_life, Days{-59.4}) == Approx(2.0).epsilon(1e-12));
  CHECK(delivered_fraction(half_life, Days{0.0}) == 0.0);
  CHECK(delivered_fraction(half_life, Days{-3.0}) == 0.0);
  // 1 - 2^(-30/59.4) and the like, five digits.
  CHECK(std::abs(delivered_fraction(half_life, Days{30.0}) - 0.29536) < 5e-6);
  CHECK(std::abs(delivered_fraction(half_life, Days{60.0}) - 0.50349) < 5e-6);
  CHECK(std::abs(delivered_fraction(half_life, Days{365.0}) - 0.9859) < 5e-5);
  // 20 seeds of 0.8 mCi x 1.270 U/mCi, times 2056.7 h.
  CHECK(std::abs(total_reference_air_kerma_ugy(AirKermaU{20 * 1.016}, half_life) - 41792.3) < 0.1);
}
