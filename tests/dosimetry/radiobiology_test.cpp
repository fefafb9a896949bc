// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/radiobiology.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

namespace {

const Hours kIodine = to_hours(Days{59.40});

double bed(double gy, const RadiobiologyParameters& p) {
  return biologically_effective_dose(Gy{gy}, kIodine, p, effective_time(Gy{gy}, kIodine, p)).value;
}

/// BED by the definition, step by step in time: dose rate, Lea-Catcheside integral of what earlier dose is not yet repaired, repopulation.
double bed_by_integration(double gy, const RadiobiologyParameters& p, double days) {
  const double lambda = std::log(2.0) / 59.40, mu = std::log(2.0) / (p.repair_half_time_h / 24.0);
  constexpr int kSteps = 400000;
  const double dt = days / kSteps;
  double dose = 0.0, unrepaired = 0.0, squared = 0.0;
  for (int n = 0; n < kSteps; ++n) {
    const double rate = lambda * gy * std::exp(-lambda * (n + 0.5) * dt);
    // Unrepaired damage follows the rate within its own life of an hour or two: exact for a rate that is constant over the step.
    const double decay = std::exp(-mu * dt), steady = rate / mu;
    const double mean = steady + (unrepaired - steady) * (1.0 - decay) / (mu * dt);
    squared += 2.0 * rate * mean * dt;
    unrepaired = steady + (unrepaired - steady) * decay;
    dose += rate * dt;
  }
  return dose + squared / p.alpha_beta_gy - std::log(2.0) * days / (p.alpha_per_gy * p.doubling_time_days);
}

}  // namespace

TEST_CASE("radiobiology: effective time and BED of two sets of parameters") {
  // Worked from the formulae by hand, to the digits given.
  const RadiobiologyParameters prostate{0.15, 3.0, 0.27, 42.0, -10.0};
  CHECK(std::abs(effective_time(Gy{145.0}, kIodine, prostate).value - 234.2) < 0.05);
  CHECK(std::abs(bed(145.0, prostate) - 111.1) < 0.05);
  const RadiobiologyParameters liver{};
  CHECK(std::abs(effective_time(Gy{120.0}, kIodine, liver).value - 292.0) < 0.5);
  CHECK(std::abs(bed(120.0, liver) - 104.0) < 0.05);
}

TEST_CASE("radiobiology: the closed form is the integral over time") {
  for (const double t_rep : {0.27, 1.5, 6.0}) {
    const RadiobiologyParameters p{0.3, 10.0, t_rep, 50.0, -10.0};
    for (const double days : {3.0, 60.0, 250.0}) {
      INFO(t_rep << " h, " << days << " d");
      // Midpoint steps of at most a minute and a half: errors of the order of (lambda dt)^2.
      CHECK(std::abs(biologically_effective_dose(Gy{120.0}, kIodine, p, Days{days}).value -
                     std::max(0.0, bed_by_integration(120.0, p, days))) < 1e-4);
    }
  }
}

TEST_CASE("radiobiology: where repopulation always wins there is no effective time, and BED is never negative") {
  const RadiobiologyParameters p{0.01, 10.0, 1.5, 10.0, -10.0};
  CHECK(effective_time(Gy{20.0}, kIodine, p).value == 0.0);
  CHECK(bed(20.0, p) == 0.0);
}

TEST_CASE("radiobiology: uniform dose has itself for every equivalent, and a cold part lowers them") {
  const RadiobiologyParameters p{};
  const auto uniform = radiobiology_of(Dvh::make(std::vector<float>(1000, 120.0F), 10.0).value(), kIodine, p);
  CHECK(std::abs(uniform.geud_gy - 120.0) < 1e-6);
  CHECK(std::abs(uniform.eud_bed_gy - bed(120.0, p)) < 1e-6);
  CHECK(std::abs(uniform.bed_d90_gy - bed(120.0, p)) < 1e-6);
  std::vector<float> mixed(1000, 120.0F);
  for (std::size_t n = 0; n < 50; ++n) mixed[n] = 40.0F;
  const auto cold = radiobiology_of(Dvh::make(mixed, 10.0).value(), kIodine, p);
  CHECK(std::abs(cold.geud_gy - std::pow(0.95 * std::pow(120.0, -10.0) + 0.05 * std::pow(40.0, -10.0), -0.1)) < 1e-6);
  CHECK(std::abs(cold.eud_bed_gy + std::log(0.95 * std::exp(-0.3 * bed(120.0, p)) + 0.05 * std::exp(-0.3 * bed(40.0, p))) / 0.3) < 1e-6);
  CHECK(cold.bed_d90_gy == uniform.bed_d90_gy);
}

TEST_CASE("radiobiology: parameters out of range are refused with the value") {
  RadiobiologyParameters p;
  p.alpha_beta_gy = 0.0;
  CHECK(p.check().error().what.find("alpha_beta_gy") != std::string::npos);
  p = {};
  p.geud_exponent = 1.0;
  CHECK_FALSE(p.check().ok());
}
