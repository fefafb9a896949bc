// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_appearance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace seedaudit {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int kAngles = 120;  // over 180 degrees: 1.5 degrees, a tenth of the narrowest notch

// Ramp-filtered Gaussian of unit area, the profile that back-projection smears: its inverse Radon transform is the 2-D Gaussian.
// h(s) = 1/(2 pi^2 sigma^2) (1 - 2 x D(x)), x = s / (sqrt 2 sigma), D = Dawson's integral; integrated over angles 0..pi it gives the
// Gaussian.
double dawson(double x) {
  // Rybicki's sampling formula (Computers in Physics 3, 85, 1989), step 0.4: error below 2e-7.
  constexpr double h = 0.4;
  if (x < 0.2) {
    const double x2 = x * x;
    return x * (1.0 - 2.0 / 3.0 * x2 * (1.0 - 0.4 * x2 * (1.0 - 2.0 / 7.0 * x2)));
  }
  const int n0 = 2 * static_cast<int>(0.5 * x / h + 0.5);
  const double xp = x - n0 * h;
  double sum = 0.0;
  for (int i = 1; i <= 6; ++i) {
    const double m = 2.0 * i - 1.0;
    const double e = std::exp(-m * m * h * h);
    sum += e * (std::exp(2.0 * xp * m * h) / (n0 + m) + std::exp(-2.0 * xp * m * h) / (n0 - m));
  }
  return std::exp(-xp * xp) / std::sqrt(kPi) * sum;
}

double filtered_gaussian(double s, double sigma) {
  const double x = std::abs(s) / (std::sqrt(2.0) * sigma);
  return (1.0 - 2.0 * x * dawson(x)) / (2.0 * kPi * kPi * sigma * sigma);
}

}  // namespace

SeedAppearance::SeedAppearance(const AppearanceParameters& p) : p_(p) {
  // Profile table for speed: 0.01 mm apart.
  std::vector<double> profile(720);
  for (std::size_t i = 0; i < profile.size(); ++i) profile[i] = filtered_gaussian(0.01 * static_cast<double>(i), p.blur_mm);
  for (int t = 0; t < kTilts; ++t) {
    const double az = static_cast<double>(t) / (kTilts - 1);
    const double in_plane = std::sqrt(std::max(0.0, 1.0 - az * az));
    std::vector<double> seen(kAngles);
    double mean = 0.0;
    for (int a = 0; a < kAngles; ++a) {
      // theta: direction of the detector line; rays are perpendicular to it. theta = 0: rays across the projected axis.
      const double along = std::sin(kPi * a / kAngles) * in_plane;  // cosine between ray and axis
      const double sine = std::sqrt(std::max(1e-12, 1.0 - along * along));
      const double path = std::min(p.core_length_mm, p.core_diameter_mm / sine);
      seen[static_cast<std::size_t>(a)] = 1.0 / (1.0 + p.hardening_per_mm * path);
      mean += seen[static_cast<std::size_t>(a)] / kAngles;
    }
    Plane plane(static_cast<std::size_t>(kRadii * kCosines));
    for (int c = 0; c < kCosines; ++c) {
      const double psi = std::acos(std::sqrt(static_cast<double>(c) / (kCosines - 1)));
      for (int r = 0; r < kRadii; ++r) {
        const double radius = 0.1 * r;
        double sum = 0.0;
        for (int a = 0; a < kAngles; ++a) {
          const double s = radius * std::abs(std::cos(kPi * a / kAngles - psi));
          const double x = 100.0 * s;
          const auto i = static_cast<std::size_t>(x);
          const double f = x - static_cast<double>(i);
          sum += seen[static_cast<std::size_t>(a)] * (profile[i] * (1.0 - f) + profile[i + 1] * f);
        }
        plane[static_cast<std::size_t>(c * kRadii + r)] = static_cast<float>(sum * kPi / kAngles / mean);
      }
    }
    tilt_.push_back(std::move(plane));
    mass_.push_back(mean * (1.0 + p.hardening_per_mm * p.core_diameter_mm));
  }
}

double SeedAppearance::relative_mass(double axis_z) const {
  const double t = std::min(1.0, std::abs(axis_z)) * (kTilts - 1);
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(t), kTilts - 2);
  const double f = t - static_cast<double>(i);
  return mass_[i] * (1.0 - f) + mass_[i + 1] * f;
}

double SeedAppearance::slice_profile(double z_mm) const {
  const double half = 0.5 * p_.slice_mm;
  const double s = std::sqrt(2.0) * p_.slice_blur_mm;
  return 0.5 * (std::erf((z_mm + half) / s) - std::erf((z_mm - half) / s)) / p_.slice_mm;
}

SeedAppearance::Plane SeedAppearance::plane_for(double axis_z) const {
  const double t = std::min(1.0, std::abs(axis_z)) * (kTilts - 1);
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(t), kTilts - 2);
  const auto f = static_cast<float>(t - static_cast<double>(i));
  Plane out(tilt_[i].size());
  for (std::size_t n = 0; n < out.size(); ++n) out[n] = tilt_[i][n] * (1.0F - f) + tilt_[i + 1][n] * f;
  return out;
}

}  // namespace seedaudit
