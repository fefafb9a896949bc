// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/needle_directions.h"

#include <Eigen/LU>

#include <cmath>

#include "detectors/fitted_seed.h"

namespace seedaudit {
namespace {

// By how much seeds of one needle, and needles of one implant, turn from each other, radians; and beyond which turn nothing is known.
constexpr double kTurn = 0.21, kUnknown = 0.9;
// Seeds farther off are of another implant, or have left this one.
constexpr double kImplantMm = 40.0;
// Axes that are thought of beside the seeds' own, the density about them, which speaks neither for a seed nor against it (of objects of 69
// simulated implants), and the share that always lies anyhow.
constexpr double kBeside = 2.0, kNeither = 1.5, kAnyhow = 0.1;

// Of unit vectors whose tangent planes differ, a covariance in space.
Eigen::Matrix3d in_space(const AxisEstimate& a) {
  const auto [u, v] = across(a.axis);
  Eigen::Matrix<double, 3, 2> frame;
  frame << u, v;
  return frame * a.spread * frame.transpose();
}

// Density of axes about b at a, over that of axes at random (one over the half sphere). For small angles a normal distribution; a turn
// that nothing is known of is as wide as the half circle allows.
double density(const AxisEstimate& a, const AxisEstimate& b) {
  const auto [u, v] = across(a.axis);
  Eigen::Matrix<double, 3, 2> frame;
  frame << u, v;
  Eigen::Matrix2d s = a.spread + frame.transpose() * in_space(b) * frame;
  s.diagonal().array() += kTurn * kTurn;
  for (int n = 0; n < 2; ++n)
    if (s(n, n) > kUnknown * kUnknown) {
      const double less = kUnknown / std::sqrt(s(n, n));
      s.row(n) *= less;
      s.col(n) *= less;
    }
  const Eigen::Vector3d other = a.axis.dot(b.axis) < 0.0 ? Eigen::Vector3d(-b.axis) : b.axis;
  const Eigen::Vector2d beside = frame.transpose() * other;
  const double sine = beside.norm();
  const Eigen::Vector2d turn = sine > 1e-9 ? Eigen::Vector2d(beside * (std::atan2(sine, a.axis.dot(other)) / sine)) : beside;
  return std::exp(-0.5 * turn.dot(s.inverse() * turn)) / std::sqrt(s.determinant());
}

}  // namespace

double NeedleDirections::log_density(const AxisEstimate& at, std::size_t without) const {
  double sum = 0.0, n = 0.0;
  for (std::size_t s = 0; s < seeds_.size(); ++s) {
    if (s == without || (seeds_[s].center_mm - at.center_mm).norm() > kImplantMm) continue;
    sum += density(at, seeds_[s]);
    n += 1.0;
  }
  return std::log(kAnyhow + (1.0 - kAnyhow) * (kBeside * kNeither + sum) / (kBeside + n));
}

}  // namespace seedaudit
