// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/spectrum.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace seedaudit {

Result<Spectrum> make_spectrum(double kvp, const TubeFiltration& filtration) {
  if (!(kvp >= 80.0 && kvp <= 140.0))
    return Error{ErrorCode::invalid_option, "tube voltage " + std::to_string(kvp) + " kV is outside 80 to 140", "kvp", "Give 80 to 140."};
  Spectrum s;
  s.kvp = kvp;
  constexpr int kLow = 8;
  std::array<double, kEnergyBins> width{};
  const double upper = (kvp - 40.0) / (kEnergyBins - kLow);
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    width[k] = k < kLow ? 2.5 : upper;
    s.energy_kev[k] = k < kLow ? 21.25 + 2.5 * static_cast<double>(k) : 40.0 + upper * (static_cast<double>(k) - kLow + 0.5);
    s.quanta[k] = width[k] * (kvp / s.energy_kev[k] - 1.0);
  }
  // Relative intensities of K-alpha2, K-alpha1, K-beta1 and K-beta2 of tungsten; their sum is set so that at 120 kVp they hold about a
  // tenth of the filtered quanta.
  constexpr std::array<std::pair<double, double>, 4> kLines{{{57.98, 0.29}, {59.32, 0.50}, {67.2, 0.16}, {69.1, 0.05}}};
  if (kvp > 69.5) {
    constexpr double kYield = 11.0;
    const double total = kYield * std::pow(kvp / 69.5 - 1.0, 1.63);
    for (const auto& [energy, part] : kLines)
      for (std::size_t k = 0; k < kEnergyBins; ++k)
        if (std::abs(energy - s.energy_kev[k]) <= 0.5 * width[k]) {
          s.quanta[k] += total * part;
          break;
        }
  }
  double quanta = 0.0;
  double signal = 0.0;
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    const double e = s.energy_kev[k];
    s.quanta[k] *= std::exp(-filtration.aluminium_mm * linear_attenuation_per_mm(Material::aluminium, e) -
                            filtration.copper_mm * linear_attenuation_per_mm(Material::copper, e));
    s.signal[k] = s.quanta[k] * e;
    quanta += s.quanta[k];
    signal += s.signal[k];
  }
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    s.quanta[k] /= quanta;
    s.signal[k] /= signal;
    s.mean_energy_kev += s.quanta[k] * s.energy_kev[k];
  }
  return s;
}

double half_value_layer_mm_al(const Spectrum& spectrum) {
  double low = 0.0;
  double high = 30.0;
  for (int step = 0; step < 50; ++step) {
    const double mm = 0.5 * (low + high);
    double rest = 0.0;
    for (std::size_t k = 0; k < kEnergyBins; ++k)
      rest += spectrum.signal[k] * std::exp(-mm * linear_attenuation_per_mm(Material::aluminium, spectrum.energy_kev[k]));
    (rest > 0.5 ? low : high) = mm;
  }
  return 0.5 * (low + high);
}

}  // namespace seedaudit
