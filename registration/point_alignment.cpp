// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/point_alignment.h"

#include <Eigen/SVD>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace seedaudit {
namespace {

using Vectors = std::vector<Eigen::Vector3d>;

constexpr double kSpreadMm = 2.0;                      // rms width across the longest direction below which points are a line
constexpr double kStrayFloorMm = 3.0;                  // placement scatter: nearer is no stray
constexpr std::size_t kPointsForScale = 6;             // fewer say more of single seeds than of the implant
constexpr double kLeastScale = 0.6, kMostScale = 1.5;  // an implant that shrank to a fifth of its volume, or swelled to three times
constexpr double kStrayFactor = 3.0;                   // times the median distance: 4.6 standard deviations per axis of a normal scatter

Eigen::Vector3d mean_of(const Vectors& p) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const auto& x : p) sum += x;
  return p.empty() ? sum : Eigen::Vector3d(sum / static_cast<double>(p.size()));
}

double median(std::vector<double> v) {
  const std::size_t half = v.size() / 2;
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(half), v.end());
  return v[half];
}

/// Second largest rms extent: 0 for a line or a point.
double second_extent(const Vectors& p) {
  const Eigen::Vector3d m = mean_of(p);
  Eigen::Matrix3d c = Eigen::Matrix3d::Zero();
  for (const auto& x : p) c += (x - m) * (x - m).transpose();
  const Eigen::Vector3d s = Eigen::JacobiSVD<Eigen::Matrix3d>(c / static_cast<double>(p.size())).singularValues();
  return std::sqrt(std::max(0.0, s[1]));
}

/// Kabsch: rotation of the least squared distance (Acta Cryst A32:922, 1976), never a reflection.
Eigen::Isometry3d kabsch(const Vectors& from, const Vectors& to) {
  const Eigen::Vector3d a = mean_of(from), b = mean_of(to);
  Eigen::Matrix3d h = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) h += (from[i] - a) * (to[i] - b).transpose();
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(h, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Matrix3d sign = Eigen::Matrix3d::Identity();
  sign(2, 2) = (svd.matrixV() * svd.matrixU().transpose()).determinant() < 0.0 ? -1.0 : 1.0;
  Eigen::Isometry3d out = Eigen::Isometry3d::Identity();
  out.linear() = svd.matrixV() * sign * svd.matrixU().transpose();
  out.translation() = b - out.linear() * a;
  return out;
}

Eigen::Isometry3d shift_only(const Vectors& from, const Vectors& to) {
  Eigen::Isometry3d out = Eigen::Isometry3d::Identity();
  out.translation() = mean_of(to) - mean_of(from);
  return out;
}

bool turns(const Vectors& from) { return from.size() >= 4 && second_extent(from) > kSpreadMm; }

/// The median shift: one stray seed far away cannot pull it.
Eigen::Isometry3d median_shift(const Vectors& a, const Vectors& b) {
  Eigen::Isometry3d out = Eigen::Isometry3d::Identity();
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<double> d;
    for (std::size_t i = 0; i < a.size(); ++i) d.push_back(b[i][axis] - a[i][axis]);
    out.translation()[axis] = median(d);
  }
  return out;
}

/// Points that belong together and are finite.
template <class To, class From>
std::pair<Vectors, Vectors> finite_pairs(const std::vector<Point<From>>& from, const std::vector<Point<To>>& to) {
  assert(from.size() == to.size());
  std::pair<Vectors, Vectors> out;
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i)
    if (from[i].mm.allFinite() && to[i].mm.allFinite()) {
      out.first.push_back(from[i].mm);
      out.second.push_back(to[i].mm);
    }
  return out;
}

/// Fits again and again without strays, until the points used stay the same. \param fit makes of the points used a map, which is returned
/// \param map the first one; used_a and used_b are empty where no point is near any map
template <class Map, class Fit>
Map fit_without_strays(const Vectors& a, const Vectors& b, Map map, const Fit& fit, Vectors& used_a, Vectors& used_b) {
  for (int round = 0; round < 10; ++round) {
    std::vector<double> residual;
    for (std::size_t i = 0; i < a.size(); ++i) residual.push_back((map * a[i] - b[i]).norm());
    const double gate = std::max(kStrayFloorMm, kStrayFactor * median(residual));
    Vectors next_a, next_b;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (residual[i] <= gate) {
        next_a.push_back(a[i]);
        next_b.push_back(b[i]);
      }
    if (next_a.empty()) break;
    const bool same = next_a == used_a;
    used_a = std::move(next_a);
    used_b = std::move(next_b);
    map = fit(used_a, used_b);
    if (same) break;
  }
  return map;
}

/// Root mean square distance of the points after the map.
template <class Map>
double rms_of_map_mm(const Map& map, const Vectors& a, const Vectors& b) {
  double squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (map * a[i] - b[i]).squaredNorm();
  return std::sqrt(squares / static_cast<double>(a.size()));
}

}  // namespace

RigidFit<CtFrame> fit_rigid(const std::vector<Point<CtFrame>>& from, const std::vector<Point<CtFrame>>& to) {
  const auto [a, b] = finite_pairs(from, to);
  RigidFit<CtFrame> out;
  if (a.empty()) return out;
  Vectors used_a, used_b;
  Eigen::Isometry3d fit = fit_without_strays(
      a, b, median_shift(a, b),
      [&](const Vectors& x, const Vectors& y) {
        out.rotation_determined = turns(x);
        return out.rotation_determined ? kabsch(x, y) : shift_only(x, y);
      },
      used_a, used_b);
  if (used_a.empty()) {  // two points that contradict each other: their mean is all that can be said
    used_a = a;
    used_b = b;
    fit = shift_only(a, b);
  }
  out.motion.iso = fit;
  out.shift_mm = mean_of(used_b) - mean_of(used_a);
  out.rotation_deg = Eigen::AngleAxisd(fit.rotation()).angle() * 180.0 / std::numbers::pi;
  out.residual_rms_mm = rms_of_map_mm(fit, used_a, used_b);
  out.used = used_a.size();
  return out;
}

ScaledMotion<LaterFrame, CtFrame> fit_scaled(const std::vector<Point<CtFrame>>& from, const std::vector<Point<LaterFrame>>& to) {
  const auto [a, b] = finite_pairs(from, to);
  ScaledMotion<LaterFrame, CtFrame> out;
  if (a.empty()) return out;
  Vectors used_a, used_b;
  Eigen::Affine3d fit = fit_without_strays(
      a, b, Eigen::Affine3d(median_shift(a, b)),
      [&](const Vectors& x, const Vectors& y) {
        const Eigen::Isometry3d rigid = turns(x) ? kabsch(x, y) : shift_only(x, y);
        out.rotation = rigid.linear();
        out.from_middle = {mean_of(x)};
        out.to_middle = {mean_of(y)};
        out.scale = 1.0;
        out.scale_determined = turns(x) && x.size() >= kPointsForScale;
        if (out.scale_determined) {
          // Umeyama, IEEE Trans Pattern Anal Mach Intell 13:376 (1991): the trace of the turned covariance over the variance of `from`.
          double together = 0.0, alone = 0.0;
          for (std::size_t i = 0; i < x.size(); ++i) {
            const Eigen::Vector3d d = x[i] - out.from_middle.mm;
            together += (y[i] - out.to_middle.mm).dot(out.rotation * d);
            alone += d.squaredNorm();
          }
          out.scale = std::clamp(together / alone, kLeastScale, kMostScale);
        }
        Eigen::Affine3d map = Eigen::Affine3d::Identity();
        map.linear() = out.scale * out.rotation;
        map.translation() = out.to_middle.mm - map.linear() * out.from_middle.mm;
        return map;
      },
      used_a, used_b);
  if (used_a.empty()) {
    used_a = a;
    used_b = b;
    out.from_middle = {mean_of(a)};
    out.to_middle = {mean_of(b)};
    fit = Eigen::Affine3d(shift_only(a, b));
  }
  out.residual_rms_mm = rms_of_map_mm(fit, used_a, used_b);
  out.used = used_a.size();
  return out;
}

std::optional<Rigid<CtFrame, PlanFrame>> fit_frames(const std::vector<Point<PlanFrame>>& from, const std::vector<Point<CtFrame>>& to) {
  if (from.size() != to.size() || from.size() < 3) return std::nullopt;
  Vectors a, b;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!from[i].mm.allFinite() || !to[i].mm.allFinite()) return std::nullopt;
    a.push_back(from[i].mm);
    b.push_back(to[i].mm);
  }
  if (!(second_extent(a) > 1e-6) || !(second_extent(b) > 1e-6)) return std::nullopt;
  return Rigid<CtFrame, PlanFrame>{kabsch(a, b)};
}

}  // namespace seedaudit
