// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/tg43.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace seedaudit {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kReferenceRadiusCm = 1.0;   // r0
constexpr double kReferenceAngleDeg = 90.0;  // theta0
constexpr double kRadiansPerDegree = kPi / 180.0;

/// Sources are symmetric about their transverse plane: theta and 180 - theta are one.
double folded_deg(double theta_deg) {
  const double t = std::fmod(std::abs(theta_deg), 180.0);
  return t > 90.0 ? 180.0 - t : t;
}

/// Interval [i, i+1] of an ascending table that holds x, the first or last one for x outside.
std::size_t interval_of(const std::vector<double>& table, double x) {
  const auto it = std::upper_bound(table.begin() + 1, table.end() - 1, x);
  return static_cast<std::size_t>(it - table.begin()) - 1;
}

double linear_between(double x0, double y0, double x1, double y1, double x) { return y0 + (y1 - y0) * (x - x0) / (x1 - x0); }

/// Position of x in a table for linear interpolation: index, and weight of the next entry.
struct Place {
  std::size_t index = 0;
  double weight = 0.0;
};

Place place_in(const std::vector<double>& table, double x, bool extrapolate) {
  if (table.size() < 2) return {0, 0.0};
  const std::size_t i = interval_of(table, x);
  const double w = (x - table[i]) / (table[i + 1] - table[i]);
  return {i, extrapolate ? w : std::clamp(w, 0.0, 1.0)};
}

}  // namespace

double geometry_function(Cm r, double theta_deg, Cm active_length) {
  const double length = active_length.value;
  const double r2 = r.value * r.value;
  if (!(length > 0.0)) return 1.0 / r2;
  const double theta = folded_deg(theta_deg) * kRadiansPerDegree;
  const double away = r.value * std::sin(theta);
  const double beyond_line = r2 - 0.25 * length * length;
  if (!(away > 0.0)) return beyond_line > 0.0 ? 1.0 / beyond_line : std::numeric_limits<double>::infinity();
  // beta = atan(away / (along - L/2)) - atan(away / (along + L/2)), the angle that the line subtends, as one arc tangent: no cancellation,
  // and the right branch beside the line too.
  const double beta = std::atan2(length * away, beyond_line);
  return beta / (length * away);
}

double radial_dose_function(const SourceModel& source, Cm r, InterpolationRules rules) {
  const auto& x = source.radial.r_cm;
  const auto& g = source.radial.g;
  if (!(r.value > x.front())) return g.front();
  const std::size_t i = interval_of(x, r.value);
  // S1: log-linear within the table, and the exponential of the last two points beyond it (Med Phys 34:2187, III.C).
  const bool beyond = r.value > x.back();
  if (rules == InterpolationRules::s1 || beyond)
    return std::exp(linear_between(x[i], std::log(g[i]), x[i + 1], std::log(g[i + 1]), r.value));
  return linear_between(x[i], g[i], x[i + 1], g[i + 1], r.value);
}

double radial_dose_function_point(const SourceModel& source, Cm r, InterpolationRules rules) {
  const double g_line = radial_dose_function(source, r, rules);
  const double geometry = geometry_function(r, kReferenceAngleDeg, source.active_length);
  const double geometry0 = geometry_function(Cm{kReferenceRadiusCm}, kReferenceAngleDeg, source.active_length);
  return g_line * r.value * r.value * geometry / (kReferenceRadiusCm * kReferenceRadiusCm * geometry0);
}

double anisotropy_function(const SourceModel& source, Cm r, double theta_deg, InterpolationRules rules) {
  const AnisotropyTable& f = source.anisotropy;
  const std::size_t columns = f.r_cm.size();
  const Place angle = place_in(f.theta_deg, folded_deg(theta_deg), false);
  // S1: nearest tabulated radius outside the table.
  const Place radius = place_in(f.r_cm, r.value, rules == InterpolationRules::linear);
  const auto at = [&](std::size_t row, std::size_t column) { return f.value[row * columns + column]; };
  const std::size_t next_row = std::min(angle.index + 1, f.theta_deg.size() - 1);
  const std::size_t next_column = std::min(radius.index + 1, columns - 1);
  const double here = at(angle.index, radius.index) * (1.0 - radius.weight) + at(angle.index, next_column) * radius.weight;
  const double next = at(next_row, radius.index) * (1.0 - radius.weight) + at(next_row, next_column) * radius.weight;
  return std::max(0.0, here * (1.0 - angle.weight) + next * angle.weight);
}

double anisotropy_factor(const SourceModel& source, Cm r) {
  const AnisotropyFactorTable& t = source.anisotropy_factor;
  const Place p = place_in(t.r_cm, r.value, false);
  const std::size_t next = std::min(p.index + 1, t.r_cm.size() - 1);
  return t.phi_an[p.index] * (1.0 - p.weight) + t.phi_an[next] * p.weight;
}

double integrated_anisotropy_factor(const SourceModel& source, Cm r) {
  const auto integrand = [&](double theta_deg) {
    if (!(theta_deg > 0.0)) return 0.0;
    return anisotropy_function(source, r, theta_deg) * geometry_function(r, theta_deg, source.active_length) *
           std::sin(theta_deg * kRadiansPerDegree);
  };
  // Simpson's rule within each interval of the table: F has a kink at its entries, G_L is smooth between them.
  constexpr int kSteps = 32;
  double sum = 0.0;
  const auto& angles = source.anisotropy.theta_deg;
  for (std::size_t i = 0; i + 1 < angles.size(); ++i) {
    const double h = (angles[i + 1] - angles[i]) / kSteps;
    for (int s = 0; s < kSteps; ++s) {
      const double a = angles[i] + s * h;
      sum += h / 6.0 * (integrand(a) + 4.0 * integrand(a + 0.5 * h) + integrand(a + h));
    }
  }
  return sum * kRadiansPerDegree / geometry_function(r, kReferenceAngleDeg, source.active_length);
}

double dose_rate_2d(const SourceModel& source, Cm r, double theta_deg, InterpolationRules rules) {
  const double geometry = geometry_function(r, theta_deg, source.active_length);
  const double geometry0 = geometry_function(Cm{kReferenceRadiusCm}, kReferenceAngleDeg, source.active_length);
  return source.dose_rate_constant * (geometry / geometry0) * radial_dose_function(source, r, rules) *
         anisotropy_function(source, r, theta_deg, rules);
}

double dose_rate_1d(const SourceModel& source, Cm r, InterpolationRules rules) {
  const double geometry = geometry_function(r, kReferenceAngleDeg, source.active_length);
  const double geometry0 = geometry_function(Cm{kReferenceRadiusCm}, kReferenceAngleDeg, source.active_length);
  return source.dose_rate_constant * (geometry / geometry0) * radial_dose_function(source, r, rules) * anisotropy_factor(source, r);
}

SeedCoordinates nearest_outside_capsule(const SourceModel& source, SeedCoordinates p) {
  const double half_length = 0.5 * to_cm(source.capsule_length).value;
  const double radius = 0.5 * to_cm(source.capsule_diameter).value;
  const double to_wall = radius - p.away_cm;
  const double to_end = half_length - std::abs(p.along_cm);
  if (!(to_wall > 0.0) || !(to_end > 0.0)) return p;
  if (to_wall <= to_end) return {p.along_cm, radius};
  return {std::copysign(half_length, p.along_cm), p.away_cm};
}

Cm nearest_outside_capsule(const SourceModel& source, Cm r) { return std::max(r, to_cm(source.capsule_diameter * 0.5)); }

double dose_rate_around(const SourceModel& source, SeedCoordinates p, InterpolationRules rules) {
  const SeedCoordinates q = nearest_outside_capsule(source, p);
  const double r = std::hypot(q.along_cm, q.away_cm);
  const double theta_deg = std::atan2(q.away_cm, std::abs(q.along_cm)) / kRadiansPerDegree;
  return dose_rate_2d(source, Cm{r}, theta_deg, rules);
}

double decay_factor(Hours half_life, Days elapsed) { return std::exp2(-(to_hours(elapsed) / half_life)); }

double delivered_fraction(Hours half_life, Days since_implant) {
  if (!(since_implant.value > 0.0)) return 0.0;
  return -std::expm1(-std::log(2.0) * (to_hours(since_implant) / half_life));
}

Gy dose_to_infinity(double initial_rate_cgy_per_h, Hours half_life) {
  return Gy{initial_rate_cgy_per_h * mean_life(half_life).value / 100.0};
}

double total_reference_air_kerma_ugy(AirKermaU total_strength, Hours half_life) {
  return total_strength.value * mean_life(half_life).value;
}

}  // namespace seedaudit
