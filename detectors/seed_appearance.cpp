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

// Position in a table of n entries, one apart: the entry before, and the share of the next.
std::pair<std::size_t, double> between(double x, int n) {
  const double t = std::clamp(x, 0.0, static_cast<double>(n - 1));
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(t), static_cast<std::size_t>(n - 2));
  return {i, t - static_cast<double>(i)};
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

// Planes to be added up with one weight in each half. A few at once, in pieces that stay near while all of them pass.
class WeightedPlanes {
 public:
  void add(const SeedAppearance::Plane& plane, float first, float second) { terms_[count_++] = {plane.data(), first, second}; }

  // To both halves of `sum`.
  void sum_into(SeedAppearance::Plane& sum) {
    for (; count_ % kAtOnce != 0; ++count_) terms_[count_] = {terms_.front().plane, 0.0F, 0.0F};
    constexpr std::size_t kPiece = 71;
    static_assert(SeedAppearance::kPlane % kPiece == 0);
    for (std::size_t from = 0; from < SeedAppearance::kPlane; from += kPiece) {
      float *first = sum.data() + from, *second = first + SeedAppearance::kPlane;
      for (std::size_t c = 0; c < count_; c += kAtOnce) {
        const Term t = terms_[c], u = terms_[c + 1];
        for (std::size_t n = 0; n < kPiece; ++n) {
          const float p = t.plane[from + n], q = u.plane[from + n];
          first[n] += t.first * p + u.first * q;
          second[n] += t.second * p + u.second * q;
        }
      }
    }
  }

 private:
  struct Term {
    const float* plane;
    float first, second;
  };
  static constexpr std::size_t kAtOnce = 2;
  std::size_t count_ = 0;
  std::array<Term, Shade::kAngles + 2 + kAtOnce> terms_;
};

}  // namespace

double half_frequency_per_mm(double blur_mm) { return std::sqrt(kLn2 / 2.0) / (kPi * blur_mm); }

SeedAppearance::SeedAppearance(const AppearanceParameters& p) : p_(p) {
  // What each angle adds at each place of a plane, whatever the tilt and the shade: they only weigh the angles.
  const Eigen::MatrixXd filtered = filtered_by_angle(p);
  Eigen::MatrixXd weight(kAngles, kTilts);
  for (int n = 0; n < kTilts; ++n) {
    const double az = static_cast<double>(n) / (kTilts - 1);
    // theta: direction of the detector line; rays are perpendicular to it. theta = 0: rays across the projected axis.
    for (int a = 0; a < kAngles; ++a) weight(a, n) = 1.0 / (1.0 + p.hardening_per_mm * path_mm(az, std::sin(kPi * a / kAngles)));
    mean_.push_back(weight.col(n).mean());
    weight.col(n) *= kPi / kAngles / mean_.back();
  }
  const auto in_floats = [](const Eigen::VectorXd& values) {
    Plane plane(static_cast<std::size_t>(values.size()));
    for (std::size_t at = 0; at < plane.size(); ++at) plane[at] = static_cast<float>(values[static_cast<Eigen::Index>(at)]);
    return plane;
  };
  const Eigen::MatrixXd planes = filtered * weight;
  for (int n = 0; n < kTilts; ++n) tilt_.push_back(in_floats(planes.col(n)));
  constexpr int kFine = kAngles / Shade::kAngles;  // angles a step
  for (int n = 0; n < Shade::kAngles; ++n) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(filtered.rows());
    for (int k = -kFine; k <= kFine; ++k)
      sum += (1.0 - std::abs(k) / static_cast<double>(kFine)) * filtered.col((kFine * n + k + kAngles) % kAngles);
    by_angle_.push_back(in_floats(kPi / kAngles * sum));
  }
}

double SeedAppearance::path_mm(double axis_z, double along_axis) const {
  const double along = along_axis * std::sqrt(std::max(0.0, 1.0 - axis_z * axis_z));
  return std::min(p_.core_length_mm, p_.core_diameter_mm / std::sqrt(std::max(1e-12, 1.0 - along * along)));
}

Shade SeedAppearance::shade_of(double axis_z, const Shade::Cores& cores) const {
  static const std::array<double, Shade::kAngles> kSines = [] {
    std::array<double, Shade::kAngles> out;
    for (std::size_t n = 0; n < out.size(); ++n) out[n] = std::sin(kPi * static_cast<double>(n) / Shade::kAngles);
    return out;
  }();
  Shade shade;
  for (std::size_t n = 0; n < cores.size(); ++n) {
    if (cores[n] == 0.0F) continue;
    const double seen = p_.hardening_per_mm * path_mm(axis_z, kSines[n]);
    const double lost = 1.0 / (1.0 + seen) - 1.0 / (1.0 + seen * (1.0 + static_cast<double>(cores[n])));
    shade.loss[n] = static_cast<float>(lost);
    shade.mean_loss += lost / Shade::kAngles;
    shade.any = true;
  }
  return shade;
}

double SeedAppearance::shaded_mean(double axis_z, const Shade& shade) const {
  // A shade belongs to the tilt that it was cast at: under many cores another tilt would be left nothing.
  constexpr double kLeast = 0.1;
  const double alone = unshaded_mean(axis_z);
  return std::max(kLeast * alone, alone - shade.mean_loss);
}

double SeedAppearance::unshaded_mean(double axis_z) const {
  const auto [t, f] = between(std::abs(axis_z) * (kTilts - 1), kTilts);
  return mean_[t] * (1.0 - f) + mean_[t + 1] * f;
}

double SeedAppearance::relative_mass(double axis_z, const Shade& shade) const {
  const double axial = 1.0 + p_.hardening_per_mm * p_.core_diameter_mm;  // masses are relative to a core along z
  return axial * shaded_mean(axis_z, shade);
}

SeedAppearance::Plane SeedAppearance::plane_for(double axis_z, const Shade& shade) const {
  const auto [t, f] = between(std::abs(axis_z) * (kTilts - 1), kTilts);
  Plane out(shade.any ? 2 * kPlane : kPlane, 0.0F);
  if (!shade.any) {
    const auto low = static_cast<float>(1.0 - f), high = static_cast<float>(f);
    for (std::size_t n = 0; n < out.size(); ++n) out[n] = low * tilt_[t][n] + high * tilt_[t + 1][n];
    return out;
  }
  const double alone = unshaded_mean(axis_z), mean = shaded_mean(axis_z, shade);
  WeightedPlanes terms;
  for (const auto& [tilt, share] : {std::pair{t, 1.0 - f}, std::pair{t + 1, f}}) {
    const auto weight = static_cast<float>(share * alone / mean);
    terms.add(tilt_[tilt], weight, weight);
  }
  // Seen from the other side of the axis an angle is its reverse.
  const auto weight = [&](std::size_t n) { return static_cast<float>(-static_cast<double>(shade.loss[n]) / mean); };
  for (std::size_t n = 0; n < Shade::kAngles; ++n)
    if (const std::size_t reverse = (Shade::kAngles - n) % Shade::kAngles; shade.loss[n] != 0.0F || shade.loss[reverse] != 0.0F)
      terms.add(by_angle_[n], weight(n), weight(reverse));
  terms.sum_into(out);
  return out;
}

void SeedAppearance::turn(Plane& plane, double from_axis_z, double to_axis_z, const Shade& shade) const {
  const auto [s, g] = between(std::abs(from_axis_z) * (kTilts - 1), kTilts);
  const auto [t, f] = between(std::abs(to_axis_z) * (kTilts - 1), kTilts);
  const double before = unshaded_mean(from_axis_z), alone = unshaded_mean(to_axis_z);
  const double was = shaded_mean(from_axis_z, shade), mean = shaded_mean(to_axis_z, shade);
  const auto keep = static_cast<float>(was / mean);
  const auto add_low = static_cast<float>((1.0 - f) * alone / mean), add_high = static_cast<float>(f * alone / mean);
  const auto take_low = static_cast<float>((1.0 - g) * before / mean), take_high = static_cast<float>(g * before / mean);
  for (std::size_t from = 0; from < plane.size(); from += kPlane)
    for (std::size_t n = 0; n < kPlane; ++n)
      plane[from + n] = keep * plane[from + n] + add_low * tilt_[t][n] + add_high * tilt_[t + 1][n] - take_low * tilt_[s][n] -
                        take_high * tilt_[s + 1][n];
}

void SeedAppearance::reshade(Plane& plane, double axis_z, const Shade& from, const Shade& to) const {
  if (plane.size() == kPlane && to.any) plane.insert(plane.end(), plane.begin(), plane.begin() + kPlane);
  if (plane.size() == kPlane) return;
  const double mean = shaded_mean(axis_z, to);
  const auto keep = static_cast<float>(shaded_mean(axis_z, from) / mean);
  for (float& v : plane) v *= keep;
  const auto change = [&](std::size_t n) { return static_cast<double>(to.loss[n]) - static_cast<double>(from.loss[n]); };
  constexpr std::size_t kSteps = Shade::kAngles;
  const auto weight = [&](std::size_t n) {
    return static_cast<float>(-(0.5 * change((n + kSteps - 1) % kSteps) + change(n) + 0.5 * change((n + 1) % kSteps)) / mean);
  };
  WeightedPlanes terms;
  for (std::size_t n = 0; n < kSteps; n += 2)
    if (const float first = weight(n), second = weight((kSteps - n) % kSteps); first != 0.0F || second != 0.0F)
      terms.add(by_angle_[n], first, second);
  terms.sum_into(plane);
}

double SeedAppearance::slice_profile(double z_mm) const {
  const double half = 0.5 * p_.slice_mm;
  const double s = std::sqrt(2.0) * p_.slice_blur_mm;
  return 0.5 * (std::erf((z_mm + half) / s) - std::erf((z_mm - half) / s)) / p_.slice_mm;
}

}  // namespace seedaudit
