// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/detector.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace seedaudit {
namespace {
constexpr double kStepMm = 2.0;
constexpr std::size_t kSteps = 401;
}  // namespace

WaterCorrection::WaterCorrection(const Spectrum& spectrum) {
  logs_.resize(kSteps);
  for (std::size_t i = 0; i < kSteps; ++i) {
    double rest = 0.0;
    for (std::size_t k = 0; k < kEnergyBins; ++k)
      rest += spectrum.signal[k] *
              std::exp(-kStepMm * static_cast<double>(i) * linear_attenuation_per_mm(Material::water, spectrum.energy_kev[k]));
    logs_[i] = -std::log(rest);
  }
  for (std::size_t k = 0; k < kEnergyBins; ++k)
    slope_ += spectrum.signal[k] * linear_attenuation_per_mm(Material::water, spectrum.energy_kev[k]);
  // Inverse on an even grid: Newton on the exact curve, so the table's own interpolation error is of second order in a step of 0.005.
  const double step = logs_.back() / 4000.0;
  inverse_mm_.resize(4001);
  double mm = 0.0;
  for (std::size_t i = 0; i < inverse_mm_.size(); ++i) {
    const double wanted = step * static_cast<double>(i);
    for (int n = 0; n < 4; ++n) {
      double rest = 0.0;
      double slope = 0.0;
      for (std::size_t k = 0; k < kEnergyBins; ++k) {
        const double mu = linear_attenuation_per_mm(Material::water, spectrum.energy_kev[k]);
        const double x = spectrum.signal[k] * std::exp(-mm * mu);
        rest += x;
        slope += x * mu;
      }
      mm += (wanted + std::log(rest)) * rest / slope;
    }
    inverse_mm_[i] = mm;
  }
}

double WaterCorrection::log_of(double water_mm) const {
  if (!(water_mm > 0.0)) return water_mm * slope_;
  const double x = std::min(water_mm / kStepMm, static_cast<double>(kSteps - 1));
  const auto i = std::min(static_cast<std::size_t>(x), kSteps - 2);
  return logs_[i] + (water_mm / kStepMm - static_cast<double>(i)) * (logs_[i + 1] - logs_[i]);
}

double WaterCorrection::water_mm(double log_value) const {
  if (!(log_value > 0.0)) return log_value / slope_;
  const double x = log_value / logs_.back() * static_cast<double>(inverse_mm_.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(x), inverse_mm_.size() - 2);
  return inverse_mm_[i] + (x - static_cast<double>(i)) * (inverse_mm_[i + 1] - inverse_mm_[i]);
}

std::vector<float> detect(const SliceSignal& signal, const DetectorModel& detector, const WaterCorrection& water,
                          const CounterRandom& random) {
  std::vector<float> out(signal.signal.size());
  const double electronic = detector.electronic_quanta / detector.quanta;
  const double floor = detector.floor_quanta / detector.quanta;
  for (std::size_t r = 0; r < out.size(); ++r) {
    double s = signal.signal[r];
    if (detector.noise) s += std::sqrt(signal.variance[r] / detector.quanta + electronic * electronic) * random.normal(r);
    const double log_value = -std::log(std::max(s, floor));
    out[r] = static_cast<float>(detector.correct_water ? water.water_mm(log_value) : log_value / water.initial_slope_per_mm());
  }
  return out;
}

}  // namespace seedaudit
