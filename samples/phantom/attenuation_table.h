// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "samples/phantom/materials.h"
#include "samples/phantom/spectrum.h"

namespace seedaudit {

using Energies = std::array<float, kEnergyBins>;

/// Attenuation per mm of each material at 1 g/cm^3, in the bins of a spectrum.
struct AttenuationTable {
  std::array<Energies, kMaterialCount> per_mm{};
  explicit AttenuationTable(const Spectrum& spectrum) {
    for (std::size_t m = 0; m < per_mm.size(); ++m)
      for (std::size_t k = 0; k < kEnergyBins; ++k)
        per_mm[m][k] = static_cast<float>(0.1 * mass_attenuation_cm2_g(static_cast<Material>(m), spectrum.energy_kev[k]));
  }
  const Energies& of(Material m) const { return per_mm[static_cast<std::size_t>(m)]; }
};

/// The parts of the detected signal, and of its variance for one quantum emitted, that each energy carries.
struct DetectedParts {
  Energies signal{};
  Energies relative_energy{};
  explicit DetectedParts(const Spectrum& spectrum) {
    for (std::size_t k = 0; k < kEnergyBins; ++k) {
      signal[k] = static_cast<float>(spectrum.signal[k]);
      relative_energy[k] = static_cast<float>(spectrum.energy_kev[k] / spectrum.mean_energy_kev);
    }
  }
};

}  // namespace seedaudit
