// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Photon attenuation of what the simulated scanner sees.
namespace seedaudit {

enum class Material { water, adipose, bone, iodine, aluminium, titanium, iron, copper, silver, platinum, gold };
inline constexpr int kMaterialCount = 11;

/// Total mass attenuation coefficient with coherent scattering, cm^2/g, for 20 to 150 keV (clamped outside): log-log between the tabulated
/// energies, on both sides of the K edges of silver, iodine, platinum and gold. Water, adipose tissue and cortical bone as in ICRU-44.
/// Source: Hubbell and Seltzer, NISTIR 5632 (NIST Standard Reference Database 126), tables 3 and 4.
double mass_attenuation_cm2_g(Material material, double energy_kev);

/// Nominal density, g/cm^3 (same source, tables 1 and 2). Iodine: 1, as it is dissolved.
double density_g_cm3(Material material);

/// Of the material at its nominal density, per mm.
double linear_attenuation_per_mm(Material material, double energy_kev);

}  // namespace seedaudit
