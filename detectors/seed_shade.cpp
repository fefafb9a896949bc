// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_shade.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace seedaudit {
namespace {

constexpr int kAlongCore = 6;  // points that stand for a core

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

// Rays through a pair of cores, one an entry: what they meet is asked of all of them at once.
struct Rays {
  static constexpr int kMost = 3 * Shade::kAngles;
  using Each = Eigen::Array<float, Eigen::Dynamic, 1, Eigen::ColMajor, kMost, 1>;
  // Along the detector line: the core's own axis, the other's, and the other's centre from its own.
  Each own = Each(kMost), other = Each(kMost), apart = Each(kMost);
};

struct RayKernel {
  float half, behind, reach, slack, lobe;  // of the cores and of what they are seen by
  float own_z, other_z, apart_z;           // above the ray, as Rays along the line
};

// How much of another core the first `count` rays meet, summed over the points of their own. In single precision and without branches: it
// is asked millions of times.
Rays::Each meet_core(const RayKernel& k, const Rays& rays, int count) {
  const auto own = rays.own.head(count), other = rays.other.head(count), apart = rays.apart.head(count);
  const Rays::Each per_length2 = (other.square() + k.other_z * k.other_z).max(1e-9F).inverse();
  const float step = 2.0F * k.half / kAlongCore;
  Rays::Each met = Rays::Each::Zero(count);
  for (int n = 0; n < kAlongCore; ++n) {
    const float along = step * (static_cast<float>(n) + 0.5F) - k.half, z = along * k.own_z - k.apart_z;
    const Rays::Each x = along * own - apart;
    const Rays::Each nearest = ((x * other + z * k.other_z) * per_length2).max(-k.half).min(k.half);
    const Rays::Each gz = ((z - nearest * k.other_z).abs() - k.slack).max(0.0F);
    const Rays::Each beside = ((x - nearest * other).square() + gz.square()).sqrt();
    met += (1.0F - beside / k.behind).max(0.0F) -
           k.lobe * (1.0F - (2.0F * beside - (k.behind + k.reach)).abs() / (k.reach - k.behind)).max(0.0F);
  }
  return met;
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
  // What the rays meet changes slowly from one direction to the next where the two lie beside each other, fast where they are far apart.
  const double length = std::hypot(d[0], d[1]);
  const int around = length < kNearMm ? 0 : 1;
  const double within = around * kDegree * (length + p.core_length_mm);
  Rays rays;
  int count = 0;
  std::array<std::size_t, Rays::kMost> angle_of;
  std::array<double, Rays::kMost> path;  // of a ray in the other core, over that in its own
  const auto path_in = [&](double beside, double above) {
    return std::min(p.core_length_mm, p.core_diameter_mm / std::max(1e-6, std::sqrt(beside * beside + above * above)));
  };
  const auto meets = [&](std::size_t angle, int degree, double slack) {
    const auto& [cosine, sine] = kDirections[static_cast<std::size_t>((degree + 180) % 180)];
    // Across the rays, in the slice; both cores as the ray sees them.
    const double bx = cosine * reference[0] - sine * reference[1], by = cosine * reference[1] + sine * reference[0];
    const double apart = d[0] * bx + d[1] * by;
    const double own = bx * s.axis[0] + by * s.axis[1], other = bx * o.axis[0] + by * o.axis[1];
    if (std::abs(apart) >= reach + slack + half * (std::abs(own) + std::abs(other))) return false;
    rays.own[count] = static_cast<float>(own);
    rays.other[count] = static_cast<float>(other);
    rays.apart[count] = static_cast<float>(apart);
    const auto n = static_cast<std::size_t>(count++);
    angle_of[n] = angle;
    path[n] = path_in(other, o.axis[2]) / path_in(own, s.axis[2]);
    return true;
  };
  for (std::size_t angle = 0; angle < all.size(); ++angle) {
    const int middle = Shade::kDegrees * static_cast<int>(angle);
    if (!meets(angle, middle, within) || around == 0) continue;
    meets(angle, middle - 1, 0.0);
    meets(angle, middle + 1, 0.0);
  }
  const RayKernel kernel{.half = static_cast<float>(half),
                         .behind = static_cast<float>(kBehind * p.core_diameter_mm),
                         .reach = static_cast<float>(reach),
                         .slack = static_cast<float>(kHeight * p.slice_mm),
                         .lobe = static_cast<float>(kTogether * filled),
                         .own_z = static_cast<float>(s.axis[2]),
                         .other_z = static_cast<float>(o.axis[2]),
                         .apart_z = static_cast<float>(d[2])};
  const Rays::Each met = meet_core(kernel, rays, count);
  for (int n = 0; n < count; ++n) {
    const auto ray = static_cast<std::size_t>(n);
    all[angle_of[ray]] += possible * met[n] * static_cast<float>(path[ray] / (kAlongCore * (1.0 + 2.0 * around)));
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
