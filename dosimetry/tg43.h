// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/dose.h"
#include "core/source_model.h"
#include "core/units.h"

/// AAPM TG-43U1 (Med Phys 31:633, 2004) with the interpolation and extrapolation rules of TG-43U1S1 (Med Phys 34:2187, 2007), in double
/// precision and equation by equation: the reference that every faster path is tested against (docs/algorithms/tg43.md).
/// Radii in cm from the seed's centre, theta in degrees from its long axis; theta is folded into 0..90 because sources are symmetric.
namespace seedaudit {

/// G_L(r, theta) of a line of length L, cm^-2 (Eq. 4); 1/r^2 for L = 0. Finite everywhere off the line itself.
double geometry_function(Cm r, double theta_deg, Cm active_length);

/// g_L(r). S1: log-linear between entries, g(r_min) below, one exponential through the last two points above.
/// linear: linear between entries and the same rules outside.
double radial_dose_function(const SourceModel& source, Cm r, InterpolationRules rules = InterpolationRules::s1);

/// g_P(r), the radial function of the point-source geometry: g_L(r) r^2 G_L(r, 90) / (r0^2 G_L(r0, 90)).
double radial_dose_function_point(const SourceModel& source, Cm r, InterpolationRules rules = InterpolationRules::s1);

/// F(r, theta): bilinear in r and theta; outside the tabulated radii the nearest one (S1), or linear in r from the last two (linear), not
/// below zero.
double anisotropy_function(const SourceModel& source, Cm r, double theta_deg, InterpolationRules rules = InterpolationRules::s1);

/// phi_an(r): linear in r, nearest outside the table.
double anisotropy_factor(const SourceModel& source, Cm r);

/// phi_an(r) as the solid-angle average of the tables, Int_0^90 F G_L sin(theta) dtheta / G_L(r, 90), F linear in theta.
double integrated_anisotropy_factor(const SourceModel& source, Cm r);

/// Dose rate at implant per unit air-kerma strength, cGy h^-1 U^-1, 2-D formalism (Eq. 1). Undefined in the seed itself: see
/// nearest_outside_capsule.
double dose_rate_2d(const SourceModel& source, Cm r, double theta_deg, InterpolationRules rules = InterpolationRules::s1);

/// The same with the axis unknown, 1-D line-source form (Eq. 11): G_L(r, 90), g_L and phi_an.
double dose_rate_1d(const SourceModel& source, Cm r, InterpolationRules rules = InterpolationRules::s1);

/// A point beside a seed: along its axis from the centre, and away from the axis (>= 0). cm.
struct SeedCoordinates {
  double along_cm = 0.0;
  double away_cm = 0.0;
};

/// TG-43 is undefined inside a seed. A point inside the capsule is moved to the nearest point of the capsule's surface (a right cylinder);
/// any other point is returned as it is.
SeedCoordinates nearest_outside_capsule(const SourceModel& source, SeedCoordinates p);
/// The same when the axis is unknown: the sphere that the capsule's radius spans.
Cm nearest_outside_capsule(const SourceModel& source, Cm r);

/// Dose rate per U with the capsule rule applied: what the dose engine sums. cGy h^-1 U^-1, finite for every finite point.
double dose_rate_around(const SourceModel& source, SeedCoordinates p, InterpolationRules rules = InterpolationRules::s1);

/// 2^(-elapsed / half-life); elapsed may be negative.
double decay_factor(Hours half_life, Days elapsed);
/// Fraction of the dose to infinity that is delivered in the time since implant: 0 before implant.
double delivered_fraction(Hours half_life, Days since_implant);
/// Dose to infinity in Gy from an initial dose rate in cGy/h: rate * mean life / 100.
Gy dose_to_infinity(double initial_rate_cgy_per_h, Hours half_life);
/// Total reference air kerma of a permanent implant, uGy at 1 m: total strength at implant times mean life.
double total_reference_air_kerma_ugy(AirKermaU total_strength, Hours half_life);

}  // namespace seedaudit
