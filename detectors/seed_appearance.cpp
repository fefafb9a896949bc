// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_appearance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace seedaudit {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kLn2 = 0.69314718055994531;
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

// The same for any roll-off of the transfer function, of the Gaussian's frequency at half height, up to the band limit: twice the integral
// of f M(f) cos(2 pi f s), by the trapezoidal rule; `step` apart from s = 0 on.
std::vector<double> filtered_profile(const AppearanceParameters& p, double step, std::size_t count) {
  std::vector<double> out(count, 0.0);
  const double half = half_frequency_per_mm(p.blur_mm), roll_off = p.roll_off;
  const double last = half * std::pow(30.0, 1.0 / roll_off);  // 1e-9 is left
  if (roll_off == 2.0 && p.band_limit_per_mm >= last) {
    for (std::size_t i = 0; i < count; ++i) out[i] = filtered_gaussian(step * static_cast<double>(i), p.blur_mm);
    return out;
  }
  const double highest = std::min(last, p.band_limit_per_mm);
  constexpr int kSteps = 400;
  const double df = highest / kSteps;
  for (int n = 1; n <= kSteps; ++n) {
    const double f = df * n;
    const double weight = (n < kSteps ? 2.0 : 1.0) * f * std::exp(-kLn2 * std::pow(f / half, roll_off)) * df;
    // cos(m x) by its recurrence.
    const double c = 2.0 * std::cos(2.0 * kPi * f * step);
    double before = 0.5 * c, now = 1.0;
    for (std::size_t i = 0; i < count; ++i) {
      out[i] += weight * now;
      const double next = c * now - before;
      before = now;
      now = next;
    }
  }
  return out;
}

// Levels of shadow that are tabulated, and the distance of seeds along a needle.
constexpr std::array<double, 5> kShadows{0.0, 1.0, 2.0, 4.0, 8.0};
constexpr double kPitchMm = 5.0;

// Cores that a ray meets besides this one, of `others` in line with it on both sides; `sine_over_width`: how far it drifts sideways a mm.
double others_in_ray(double others, double sine_over_width) {
  double sum = 0.0;
  for (int n = 0; n < static_cast<int>(others); ++n)
    sum += std::max(0.0, 1.0 - kPitchMm * static_cast<double>(1 + n / 2) * sine_over_width);
  return sum;
}

// Position in a table of n entries, one apart: the entry before, and the share of the next.
std::pair<std::size_t, double> between(double x, int n) {
  const double t = std::clamp(x, 0.0, static_cast<double>(n - 1));
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(t), static_cast<std::size_t>(n - 2));
  return {i, t - static_cast<double>(i)};
}

std::pair<std::size_t, double> level_of(double shadow) {
  const double x = std::clamp(shadow, kShadows.front(), kShadows.back());
  std::size_t i = 0;
  while (i + 2 < kShadows.size() && x >= kShadows[i + 1]) ++i;
  return {i, (x - kShadows[i]) / (kShadows[i + 1] - kShadows[i])};
}

// A row for each place of a plane (kCosines * kRadii, radius fastest), a column for each angle: the filtered point spread seen from there.
Eigen::MatrixXd filtered_by_angle(const AppearanceParameters& p) {
  const std::vector<double> profile = filtered_profile(p, 0.01, 720);
  Eigen::MatrixXd out(SeedAppearance::kCosines * SeedAppearance::kRadii, kAngles);
  for (int c = 0; c < SeedAppearance::kCosines; ++c) {
    const double psi = std::acos(std::sqrt(static_cast<double>(c) / (SeedAppearance::kCosines - 1)));
    for (int a = 0; a < kAngles; ++a) {
      const double across = std::abs(std::cos(kPi * a / kAngles - psi));
      for (int r = 0; r < SeedAppearance::kRadii; ++r) {
        const double x = 10.0 * r * across;
        const auto i = static_cast<std::size_t>(x);
        const double f = x - static_cast<double>(i);
        out(c * SeedAppearance::kRadii + r, a) = profile[i] * (1.0 - f) + profile[i + 1] * f;
      }
    }
  }
  return out;
}

}  // namespace

double half_frequency_per_mm(double blur_mm) { return std::sqrt(kLn2 / 2.0) / (kPi * blur_mm); }

SeedAppearance::SeedAppearance(const AppearanceParameters& p) : p_(p) {
  const double axial = 1.0 + p.hardening_per_mm * p.core_diameter_mm;  // masses are relative to a core along z
  // What each angle adds at each place of a plane, whatever the tilt and the shadow: they only weigh the angles.
  const Eigen::MatrixXd filtered = filtered_by_angle(p);
  constexpr auto kLevels = static_cast<int>(kShadows.size());
  Eigen::MatrixXd weight(kAngles, kLevels * kTilts);
  std::vector<double> mean(kShadows.size() * kTilts, 0.0);
  for (int n = 0; n < weight.cols(); ++n) {
    const double level = kShadows[static_cast<std::size_t>(n / kTilts)];
    const double az = static_cast<double>(n % kTilts) / (kTilts - 1);
    const double in_plane = std::sqrt(std::max(0.0, 1.0 - az * az));
    for (int a = 0; a < kAngles; ++a) {
      // theta: direction of the detector line; rays are perpendicular to it. theta = 0: rays across the projected axis.
      const double ray = std::sin(kPi * a / kAngles);  // cosine between ray and projected axis
      const double along = ray * in_plane;
      const double sine = std::sqrt(std::max(1e-12, 1.0 - along * along));
      const double path = std::min(p.core_length_mm, p.core_diameter_mm / sine);
      const double behind = others_in_ray(level, std::sqrt(std::max(0.0, 1.0 - ray * ray)) / shadow_width_mm());
      weight(a, n) = 1.0 / (1.0 + p.hardening_per_mm * path * (1.0 + behind));
    }
    mean[static_cast<std::size_t>(n)] = weight.col(n).mean();
    weight.col(n) *= kPi / kAngles / mean[static_cast<std::size_t>(n)];
  }
  const Eigen::MatrixXd planes = filtered * weight;
  for (int n = 0; n < weight.cols(); ++n) {
    if (n % kTilts == 0) shadowed_.emplace_back();
    Plane& plane = shadowed_.back().tilt.emplace_back(static_cast<std::size_t>(planes.rows()));
    for (std::size_t at = 0; at < plane.size(); ++at) plane[at] = static_cast<float>(planes(static_cast<Eigen::Index>(at), n));
    shadowed_.back().mass.push_back(mean[static_cast<std::size_t>(n)] * axial);
  }
}

double SeedAppearance::relative_mass(double axis_z, double shadow) const {
  const auto [t, f] = between(std::abs(axis_z) * (kTilts - 1), kTilts);
  const auto [s, g] = level_of(shadow);
  const auto at = [&, t = t, f = f](const Table& table) { return table.mass[t] * (1.0 - f) + table.mass[t + 1] * f; };
  return at(shadowed_[s]) * (1.0 - g) + at(shadowed_[s + 1]) * g;
}

double SeedAppearance::slice_profile(double z_mm) const {
  const double half = 0.5 * p_.slice_mm;
  const double s = std::sqrt(2.0) * p_.slice_blur_mm;
  return 0.5 * (std::erf((z_mm + half) / s) - std::erf((z_mm - half) / s)) / p_.slice_mm;
}

SeedAppearance::Plane SeedAppearance::plane_for(double axis_z, double shadow) const {
  const auto [t, f] = between(std::abs(axis_z) * (kTilts - 1), kTilts);
  const auto [s, g] = level_of(shadow);
  Plane out(shadowed_.front().tilt.front().size(), 0.0F);
  const auto add = [&](const Plane& plane, double weight) {
    if (weight == 0.0) return;
    for (std::size_t n = 0; n < out.size(); ++n) out[n] += static_cast<float>(weight) * plane[n];
  };
  add(shadowed_[s].tilt[t], (1.0 - g) * (1.0 - f));
  add(shadowed_[s].tilt[t + 1], (1.0 - g) * f);
  add(shadowed_[s + 1].tilt[t], g * (1.0 - f));
  add(shadowed_[s + 1].tilt[t + 1], g * f);
  return out;
}

}  // namespace seedaudit
