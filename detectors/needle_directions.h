// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace seedaudit {

/// An axis (its sign means nothing) at a place, scan millimetres, and how far it may turn: covariance of the two angles of `across(axis)`,
/// squared radians.
struct AxisEstimate {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();
  Eigen::Matrix2d spread = Eigen::Matrix2d::Zero();
};

/// How the axes of the seeds of one scan lie. Seeds are dropped from needles, and the needles of an implant are few and nearly parallel,
/// while droplets and clips lie anyhow. A kernel density over the half sphere: where seeds lie in all directions it says nothing. Only
/// seeds within 40 mm count: what has left an implant has turned on its way, and the next implant has needles of its own.
class NeedleDirections {
 public:
  explicit NeedleDirections(std::vector<AxisEstimate> seeds) : seeds_(std::move(seeds)) {}

  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  /// ln of the density of the axes of the seeds around about this one, over that of axes at random (no unit); bounded below, for a seed may
  /// turn on its way out of the needle. Without seeds around, what speaks neither for a seed nor against it.
  /// \param without the seed to leave out, by its place in the list: the object itself
  double log_density(const AxisEstimate& at, std::size_t without = kNone) const;

 private:
  std::vector<AxisEstimate> seeds_;
};

}  // namespace seedaudit
