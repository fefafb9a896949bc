// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_shade.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace seedaudit {
namespace {

constexpr std::size_t kAlongCore = 6;                                // points that stand for a core
constexpr double kPasses = std::numeric_limits<double>::infinity();  // of a ray too far from the other core

constexpr double kDegree = 3.14159265358979323846 / 180.0;
// Cosines and sines of 0 to 179 degrees.
const auto kDirections = [] {
  std::array<std::pair<double, double>, 180> out;
  for (std::size_t n = 0; n < out.size(); ++n) {
    const double angle = kDegree * static_cast<double>(n);
    out[n] = {std::cos(angle), std::sin(angle)};
  }
  return out;
}();

// A detector element sees the mean of what passes a width of this and more. Two cores one behind the other are hardly darker than one;
// two that pass each other within an element darken it more than each by itself, because the logarithm of the mean is curved. The first
// is full in line and gone this share of a core's diameter beside it; the second is this strong, midway to where both are seen apart.
constexpr double kElementMm = 0.4, kBehind = 0.7, kTogether = 0.3;
constexpr float kLeastCores = -0.6F;  // by any number of them
// Nearer than this one direction in three degrees tells enough.
constexpr double kNearMm = 2.5;
// Axes nearer than this are in one place; from twice that on two seeds can be beside each other.
constexpr double kOverlapMm = 0.3;
// Heights are known no better than this share of a slice.
constexpr double kHeight = 0.02;

// How much of another core, in paths through a seed's own, rays of one direction meet. `own`, `other`: the axes across the ray, beside and
// above it; `apart`: from centre to centre. In single precision and without branches: it is asked millions of times.
double cores_in_ray(const AppearanceParameters& p, const Eigen::Vector2d& own, const Eigen::Vector2d& other, const Eigen::Vector2d& apart,
                    double together) {
  const auto half = static_cast<float>(0.5 * p.core_length_mm), behind = static_cast<float>(kBehind * p.core_diameter_mm);
  const auto reach = static_cast<float>(p.core_diameter_mm + kElementMm), slack = static_cast<float>(kHeight * p.slice_mm);
  const auto ox = static_cast<float>(other[0]), oz = static_cast<float>(other[1]), lobe = static_cast<float>(together);
  const auto sx = static_cast<float>(own[0]), sz = static_cast<float>(own[1]);
  const auto ax = static_cast<float>(apart[0]), az = static_cast<float>(apart[1]);
  const float per_length2 = 1.0F / std::max(1e-9F, ox * ox + oz * oz), step = 2.0F * half / kAlongCore;
  std::array<float, kAlongCore> covered;
  for (std::size_t n = 0; n < kAlongCore; ++n) {
    const float along = step * (static_cast<float>(n) + 0.5F) - half;
    const float x = along * sx - ax, z = along * sz - az;
    const float nearest = std::min(half, std::max(-half, (x * ox + z * oz) * per_length2));
    const float gx = x - nearest * ox, gz = std::max(0.0F, std::abs(z - nearest * oz) - slack);
    const float beside = std::sqrt(gx * gx + gz * gz);
    covered[n] =
        std::max(0.0F, 1.0F - beside / behind) - lobe * std::max(0.0F, 1.0F - std::abs(2.0F * beside - behind - reach) / (reach - behind));
  }
  float sum = 0.0F;
  for (const float c : covered) sum += c;
  const auto path = [&](const Eigen::Vector2d& across) {
    return std::min(p.core_length_mm, p.core_diameter_mm / std::max(1e-6, across.norm()));
  };
  return sum == 0.0F ? 0.0 : static_cast<double>(sum) / kAlongCore * path(other) / path(own);
}

}  // namespace

Shade::Cores cores_by(const SeedAppearance& look, const FittedSeed& s, const FittedSeed& o) {
  const auto& p = look.parameters();
  const double half = 0.5 * p.core_length_mm, reach = p.core_diameter_mm + kElementMm;
  Shade::Cores all{};
  const Eigen::Vector3d d = o.center_mm - s.center_mm;
  if (std::abs(d[2]) >= half * (std::abs(s.axis[2]) + std::abs(o.axis[2])) + reach) return all;
  // Places that two seeds cannot have are passed by the search: there they are two images that add up, as if they were apart.
  const double gap = capsule_distance_mm(s, o, 2.0 * std::max(half, p.end_mm), 0.0);
  const auto possible = static_cast<float>(std::clamp((gap - kOverlapMm) / kOverlapMm, 0.0, 1.0));
  if (possible == 0.0F) return all;
  const double in_plane = std::hypot(s.axis[0], s.axis[1]);
  const Eigen::Vector2d reference =
      in_plane > 1e-9 ? Eigen::Vector2d(s.axis[0] / in_plane, s.axis[1] / in_plane) : Eigen::Vector2d(1.0, 0.0);
  // A core that fills less of the slice leaves less to darken.
  const double filled = std::min(1.0, (p.core_diameter_mm + p.core_length_mm * std::abs(s.axis[2])) / p.slice_mm);
  const double together = kTogether * filled;
  // What the rays meet changes slowly from one direction to the next where the two lie beside each other, fast where they are far apart.
  const double length = std::hypot(d[0], d[1]);
  const int around = length < kNearMm ? 0 : 1;
  const double within = around * kDegree * (length + p.core_length_mm);
  const auto cores_at = [&](int degree, double slack) {
    const auto& [cosine, sine] = kDirections[static_cast<std::size_t>((degree + 180) % 180)];
    // Across the rays, in the slice.
    const double bx = cosine * reference[0] - sine * reference[1], by = cosine * reference[1] + sine * reference[0];
    const double apart = d[0] * bx + d[1] * by;
    // Both cores as the ray sees them: beside it, and above.
    const Eigen::Vector2d own(bx * s.axis[0] + by * s.axis[1], s.axis[2]);
    const Eigen::Vector2d other(bx * o.axis[0] + by * o.axis[1], o.axis[2]);
    if (std::abs(apart) >= reach + slack + half * (std::abs(own[0]) + std::abs(other[0]))) return kPasses;
    return cores_in_ray(p, own, other, Eigen::Vector2d(apart, d[2]), together);
  };
  for (int angle = 0; angle < Shade::kAngles; ++angle) {
    const int middle = Shade::kDegrees * angle;
    double cores = cores_at(middle, within);
    if (cores == kPasses) continue;
    for (int aside = 1; aside <= around; ++aside)
      for (const int degree : {middle - aside, middle + aside})
        if (const double more = cores_at(degree, 0.0); more != kPasses) cores += more;
    all[static_cast<std::size_t>(angle)] = possible * static_cast<float>(cores / (1.0 + 2.0 * around));
  }
  return all;
}

Shade::Cores cores_by_others(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of,
                             const std::vector<FittedSeed>& beyond) {
  Shade::Cores all{};
  for (std::size_t n = 0; n < seeds.size() + beyond.size(); ++n) {
    if (n == of) continue;
    const Shade::Cores by_one = cores_by(look, seeds[of], n < seeds.size() ? seeds[n] : beyond[n - seeds.size()]);
    for (std::size_t angle = 0; angle < all.size(); ++angle) all[angle] += by_one[angle];
  }
  return all;
}

Shade shade_under(const SeedAppearance& look, const FittedSeed& s, Shade::Cores cores) {
  for (float& c : cores) c = std::max(c, kLeastCores);
  return look.shade_of(s.axis[2], cores);
}

Shade shade_by(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of, const std::vector<FittedSeed>& beyond) {
  return shade_under(look, seeds[of], cores_by_others(look, seeds, of, beyond));
}

void cast_shadows(const SeedAppearance& look, std::vector<FittedSeed>& seeds, const std::vector<FittedSeed>& beyond) {
  for (std::size_t n = 0; n < seeds.size(); ++n) seeds[n].shade = shade_by(look, seeds, n, beyond);
}

double seeds_in_line(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of,
                     const std::vector<FittedSeed>& beyond) {
  const FittedSeed& s = seeds[of];
  const auto& p = look.parameters();
  if (std::hypot(s.axis[0], s.axis[1]) < 1e-6) return 0.0;
  const Eigen::Vector3d line = Eigen::Vector3d(s.axis[0], s.axis[1], 0.0).normalized();
  const auto path = [&](const Eigen::Vector3d& axis) {
    return std::min(p.core_length_mm, p.core_diameter_mm / std::max(1e-6, line.cross(axis).norm()));
  };
  // A tenth of a slice: heights are known no better where slices are thick.
  const auto half_height = [&](const FittedSeed& q) {
    return 0.5 * (p.core_diameter_mm + p.core_length_mm * std::abs(q.axis[2])) + 0.1 * p.slice_mm;
  };
  double sum = 0.0;
  for (std::size_t n = 0; n < seeds.size() + beyond.size(); ++n) {
    const FittedSeed& o = n < seeds.size() ? seeds[n] : beyond[n - seeds.size()];
    const Eigen::Vector3d d = o.center_mm - s.center_mm;
    if (n == of || std::abs(d.dot(line)) < 0.6 * p.core_length_mm) continue;
    const double beside = std::abs(d[0] * line[1] - d[1] * line[0]) / (p.core_diameter_mm + p.blur_mm);
    const double h = half_height(s), g = half_height(o);
    const double level = std::clamp((h + g - std::abs(d[2])) / (2.0 * std::min(h, g)), 0.0, 1.0);
    sum += std::max(0.0, 1.0 - beside) * level * path(o.axis) / path(s.axis);
  }
  return sum;
}

}  // namespace seedaudit
