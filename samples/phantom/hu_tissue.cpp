// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/hu_tissue.h"

#include <cmath>
#include <cstddef>

namespace seedaudit {
namespace {

constexpr double kSoftLimit = 1.1;  ///< attenuation relative to water, and density in g/cm^3, of the densest tissue without bone
constexpr double kBodyMm = 200.0;  ///< of water, that hardens the beam as half a way through an adult body and its other half do on average

}  // namespace

HuTissue::HuTissue(const Spectrum& spectrum) {
  double water = 0.0;
  double bone = 0.0;
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    const double mu = linear_attenuation_per_mm(Material::water, spectrum.energy_kev[k]);
    const double weight = spectrum.signal[k] * std::exp(-kBodyMm * mu);
    water += weight * mu;
    bone += weight * 0.1 * mass_attenuation_cm2_g(Material::bone, spectrum.energy_kev[k]);
  }
  bone_ratio_ = bone / water;
}

Tissue HuTissue::at(double hu) const {
  const double relative = 1.0 + hu / 1000.0;
  if (!(relative > 0.0)) return {};
  if (relative <= kSoftLimit) return {relative, 0.0, 0.0, 0.0};
  const double cortical = density_g_cm3(Material::bone) * bone_ratio_;
  const double bone = (relative - kSoftLimit) / (cortical - kSoftLimit);
  if (bone >= 1.0) return {0.0, 0.0, relative / bone_ratio_, 0.0};
  return {kSoftLimit * (1.0 - bone), 0.0, density_g_cm3(Material::bone) * bone, 0.0};
}

double HuTissue::hu_of(const Tissue& tissue) const { return 1000.0 * (tissue.water + bone_ratio_ * tissue.bone - 1.0); }

}  // namespace seedaudit
