// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/dose.h"
#include "tests/dosimetry/analytic.h"

/// Bodies that are contoured as a person does, on planes of any distance, and their DVHs without our histogram: in linear gradients and
/// around a point source, of the slabs that the contours state and of the body itself. After Nelms et al., Med Phys 42:4435 (2015).
namespace seedaudit::analytic {

/// Simpson over [a, b].
template <class Function>
double integral(const Function& f, double a, double b, int steps) {
  const double h = (b - a) / steps;
  double sum = 0.0;
  for (int n = 0; n < steps; ++n) sum += f(a + n * h) + 4.0 * f(a + (n + 0.5) * h) + f(a + (n + 1) * h);
  return sum * h / 6.0;
}

/// Area of a disc of radius r beyond a chord at distance x from its middle.
inline double segment_area(double r, double x) {
  if (x >= r) return 0.0;
  if (x <= -r) return kPi * r * r;
  return r * r * std::acos(x / r) - x * std::sqrt(r * r - x * x);
}

/// A sphere, cylinder or cone of half length `half` along its axis; radius `half`, of the cone at its base.
struct Body {
  enum class Kind { sphere, cylinder, cone };
  Kind kind = Kind::sphere;
  double half = 10.0;  ///< mm
  Eigen::Vector3d axis = Eigen::Vector3d::UnitZ();

  double radius_at(double along) const {
    if (std::abs(along) > half) return 0.0;
    if (kind == Kind::sphere) return std::sqrt(std::max(0.0, half * half - along * along));
    return kind == Kind::cylinder ? half : 0.5 * (half - along);
  }
  bool inside(const Eigen::Vector3d& p) const {
    const double along = p.dot(axis);
    return std::abs(along) < half && (p - along * axis).norm() < radius_at(along);
  }
  double volume_mm3() const {
    const double cubed = half * half * half;
    return kind == Kind::sphere ? 4.0 / 3.0 * kPi * cubed : kind == Kind::cylinder ? 2.0 * kPi * cubed : 2.0 / 3.0 * kPi * cubed;
  }
  /// Share of the body with direction . p >= t: discs across the axis, each cut by a chord.
  double share_beyond(const Eigen::Vector3d& direction, double t) const {
    const double a = direction.dot(axis), b = std::sqrt(std::max(0.0, 1.0 - a * a));
    const auto slice = [&](double along) {
      const double r = radius_at(along), left = t - a * along;
      if (b < 1e-9) return left <= 0.0 ? kPi * r * r : 0.0;
      return segment_area(r, left / b);
    };
    // Straight along the axis the integrand is a step: from there on the whole disc counts.
    const double from = b < 1e-9 ? std::clamp(a > 0 ? t : -half, -half, half) : -half;
    const double to = b < 1e-9 && a < 0 ? std::clamp(-t, -half, half) : half;
    const auto whole = [&](double along) { return kPi * radius_at(along) * radius_at(along); };
    if (b < 1e-9) return integral(whole, from, to, 2000) / volume_mm3();
    return integral(slice, -half, half, 2000) / volume_mm3();
  }
};

/// Contours on axial planes `thickness` apart, one of them at z = `phase`: where the body's section is wider than a tenth of a millimetre,
/// 180 points each, 1 um exact. The sections of these bodies are convex.
inline Structure<CtFrame> contoured(const Body& body, double thickness, double phase) {
  std::vector<Contour<CtFrame>> out;
  const double reach = 1.5 * body.half;
  const int most = static_cast<int>(reach / thickness) + 1;
  for (int k = -most; k <= most; ++k) {
    const double z = phase + k * thickness, raster = body.half / 60.0;
    Eigen::Vector2d sum = Eigen::Vector2d::Zero();
    int count = 0;
    for (double y = -reach; y <= reach; y += raster)
      for (double x = -reach; x <= reach; x += raster)
        if (body.inside({x, y, z})) {
          sum += Eigen::Vector2d(x, y);
          ++count;
        }
    if (count < 3) continue;
    const Eigen::Vector2d middle = sum / count;
    std::vector<Eigen::Vector2d> xy;
    for (int n = 0; n < 180; ++n) {
      const Eigen::Vector2d way(std::cos(2.0 * kPi * n / 180.0), std::sin(2.0 * kPi * n / 180.0));
      double low = 0.0, high = 2.0 * reach;
      while (high - low > 1e-3) {
        const double r = 0.5 * (low + high);
        const Eigen::Vector2d p = middle + r * way;
        (body.inside({p.x(), p.y(), z}) ? low : high) = r;
      }
      xy.emplace_back(middle + 0.5 * (low + high) * way);
    }
    out.push_back(polygon(xy, z));
  }
  return structure(std::move(out));
}

/// Area of the part of a polygon with along . p >= t (the polygon cut at the line; Sutherland and Hodgman, 1974).
inline double area_beyond(const Contour<CtFrame>& c, const Eigen::Vector2d& along, double t) {
  std::vector<Eigen::Vector2d> kept;
  const std::size_t n = c.points.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Eigen::Vector2d p = c.points[i].mm.head<2>(), q = c.points[(i + 1) % n].mm.head<2>();
    const double a = along.dot(p) - t, b = along.dot(q) - t;
    if (a >= 0.0) kept.push_back(p);
    if ((a >= 0.0) != (b >= 0.0)) kept.emplace_back(p + a / (a - b) * (q - p));
  }
  double twice = 0.0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Eigen::Vector2d &p = kept[i], &q = kept[(i + 1) % kept.size()];
    twice += p.x() * q.y() - q.x() * p.y();
  }
  return 0.5 * std::abs(twice);
}

/// The slabs that contours state: each half its distance up and down, the first and the last too.
struct Slabs {
  Structure<CtFrame> contours;
  double thickness = 1.0;

  double volume_mm3() const {
    double sum = 0.0;
    for (const auto& c : contours.contours) sum += area_beyond(c, Eigen::Vector2d::UnitX(), -1e9) * thickness;
    return sum;
  }
  double share_beyond(const Eigen::Vector3d& direction, double t) const {
    double sum = 0.0;
    const Eigen::Vector2d flat = direction.head<2>();
    for (const auto& c : contours.contours) {
      const double z = c.points.front().mm.z();
      if (flat.norm() < 1e-9) {
        const double edge = std::clamp(t / direction.z(), z - 0.5 * thickness, z + 0.5 * thickness);
        sum += area_beyond(c, Eigen::Vector2d::UnitX(), -1e9) *
               (direction.z() > 0.0 ? z + 0.5 * thickness - edge : edge - (z - 0.5 * thickness));
      } else if (std::abs(direction.z()) < 1e-9) {
        sum += area_beyond(c, flat, t) * thickness;
      } else {
        sum +=
            integral([&](double h) { return area_beyond(c, flat, t - direction.z() * h); }, z - 0.5 * thickness, z + 0.5 * thickness, 40);
      }
    }
    return sum / volume_mm3();
  }
  /// Share within r of a point.
  double share_within(const Eigen::Vector3d& point, double r) const;
};

/// Area common to a polygon and a disc about the origin of the polygon's plane: signed sum over its edges of sector and triangle.
inline double disc_area(const Contour<CtFrame>& c, const Eigen::Vector2d& middle, double r) {
  if (r <= 0.0) return 0.0;
  const auto cross = [](const Eigen::Vector2d& a, const Eigen::Vector2d& b) { return a.x() * b.y() - a.y() * b.x(); };
  const auto sector = [&](const Eigen::Vector2d& a, const Eigen::Vector2d& b) { return 0.5 * r * r * std::atan2(cross(a, b), a.dot(b)); };
  double sum = 0.0;
  const std::size_t n = c.points.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Eigen::Vector2d p = c.points[i].mm.head<2>() - middle, q = c.points[(i + 1) % n].mm.head<2>() - middle;
    const Eigen::Vector2d d = q - p;
    const double a = d.squaredNorm(), b = p.dot(d), g = p.squaredNorm() - r * r, root = b * b - a * g;
    if (a == 0.0) continue;
    if (root <= 0.0) {
      sum += sector(p, q);
      continue;
    }
    const double from = (-b - std::sqrt(root)) / a, to = (-b + std::sqrt(root)) / a;
    if (to <= 0.0 || from >= 1.0) {
      sum += sector(p, q);
      continue;
    }
    const Eigen::Vector2d in = p + std::max(0.0, from) * d, out = p + std::min(1.0, to) * d;
    sum += sector(p, in) + 0.5 * cross(in, out) + sector(out, q);
  }
  return std::abs(sum);
}

inline double Slabs::share_within(const Eigen::Vector3d& point, double r) const {
  double sum = 0.0;
  for (const auto& c : contours.contours) {
    const double z = c.points.front().mm.z() - point.z(), low = std::max(-r, z - 0.5 * thickness), high = std::min(r, z + 0.5 * thickness);
    if (high <= low) continue;
    sum += integral([&](double h) { return disc_area(c, point.head<2>(), std::sqrt(std::max(0.0, r * r - h * h))); }, low, high, 20);
  }
  return sum / volume_mm3();
}

constexpr double kBaseGy = 60.0;

/// Where a share that falls with t passes q percent.
template <class Share>
double place_of_share(const Share& share, double q_pct, double low, double high) {
  for (int n = 0; n < 36; ++n) (100.0 * share(0.5 * (low + high)) >= q_pct ? low : high) = 0.5 * (low + high);
  return low;
}

}  // namespace seedaudit::analytic
