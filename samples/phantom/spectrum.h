// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "core/result.h"
#include "samples/phantom/materials.h"

namespace seedaudit {

inline constexpr int kEnergyBins = 24;  ///< 2.5 keV wide from 20 to 40 keV, where the K edges lie; 6.25 keV wide above at 140 kVp

/// Quanta of an X-ray tube in energy bins, as an energy-integrating detector that absorbs all of them would see them in air.
struct Spectrum {
  double kvp = 120.0;
  std::array<double, kEnergyBins> energy_kev{};  ///< bin centres
  std::array<double, kEnergyBins> quanta{};      ///< relative number, sum 1
  std::array<double, kEnergyBins> signal{};      ///< quanta x energy, sum 1
  double mean_energy_kev = 0.0;                  ///< of the quanta
};

struct TubeFiltration {
  double aluminium_mm = 5.0;  ///< inherent and flat filter
  double copper_mm = 0.0;
};

/// Kramers' bremsstrahlung of a tungsten anode, (kVp/E - 1) quanta per keV, with the K lines of tungsten (57.98, 59.32, 67.2, 69.1 keV,
/// growing with (kVp/69.5 - 1)^1.63), behind aluminium and copper. Kramers 1923; Green and Cosslett 1968 for the exponent.
/// \param kvp 80 to 140. Errors: invalid_option.
Result<Spectrum> make_spectrum(double kvp, const TubeFiltration& filtration = {});

/// Thickness of aluminium that halves the air kerma proxy (energy signal) of the beam, mm.
double half_value_layer_mm_al(const Spectrum& spectrum);

}  // namespace seedaudit
