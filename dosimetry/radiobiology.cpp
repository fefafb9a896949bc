// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/radiobiology.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace seedaudit {
namespace {

constexpr double kLn2 = 0.693147180559945309417232121458;

double per_day(Hours half_life) { return kLn2 / to_days(half_life).value; }

}  // namespace

Days effective_time(Gy to_infinity, Hours half_life, const RadiobiologyParameters& p) {
  const double lambda = per_day(half_life);
  const double gain = p.alpha_per_gy * lambda * to_infinity.value * p.doubling_time_days / kLn2;
  return Days{gain > 1.0 ? std::log(gain) / lambda : 0.0};
}

Gy biologically_effective_dose(Gy to_infinity, Hours half_life, const RadiobiologyParameters& p, Days t) {
  const double lambda = per_day(half_life), mu = per_day(Hours{p.repair_half_time_h});
  const double rate0 = lambda * to_infinity.value;
  const double physical = -to_infinity.value * std::expm1(-lambda * t.value);
  // Lea-Catcheside for an exponentially falling dose rate.
  const double squared = 2.0 * rate0 * rate0 / (p.alpha_beta_gy * (mu - lambda)) *
                         (-std::expm1(-2.0 * lambda * t.value) / (2.0 * lambda) + std::expm1(-(mu + lambda) * t.value) / (mu + lambda));
  const double repopulation = kLn2 * t.value / (p.alpha_per_gy * p.doubling_time_days);
  return Gy{std::max(0.0, physical + squared - repopulation)};
}

RadiobiologyFigures radiobiology_of(const Dvh& dvh, Hours half_life, const RadiobiologyParameters& p) {
  assert(p.check().ok());
  const auto bed = [&](Gy d) { return biologically_effective_dose(d, half_life, p, effective_time(d, half_life, p)).value; };
  RadiobiologyFigures out;
  const Gy d90 = dvh.dose_at_volume_pct(90.0);
  out.bed_d90_gy = bed(d90);
  out.effective_time_days = effective_time(d90, half_life, p).value;
  // Equal volumes in order of dose: every so many of a hundred thousand are as good as all.
  const auto& doses = dvh.descending_gy();
  const std::size_t stride = std::max<std::size_t>(1, doses.size() / 20000);
  double survivors = 0.0, power = 0.0;
  std::size_t n = 0;
  for (std::size_t i = stride / 2; i < doses.size(); i += stride, ++n) {
    const Gy d{static_cast<double>(doses[i])};
    survivors += std::exp(-p.alpha_per_gy * bed(d));
    power += std::pow(std::max(d.value, 1e-6), p.geud_exponent);
  }
  out.eud_bed_gy = -std::log(survivors / static_cast<double>(n)) / p.alpha_per_gy;
  out.geud_gy = std::pow(power / static_cast<double>(n), 1.0 / p.geud_exponent);
  return out;
}

}  // namespace seedaudit
