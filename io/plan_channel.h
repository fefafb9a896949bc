// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <optional>
#include <vector>

/// From the control points of one brachytherapy channel to the places of its seeds (docs/algorithms/reading_plan.md). No file in sight.
namespace seedaudit {

/// Two places nearer than this are one.
inline constexpr double kSamePlaceMm = 0.1;

struct ControlPoint {
  std::optional<Eigen::Vector3d> position_mm;
  std::optional<Eigen::Vector3d> orientation;  ///< as written; zero length counts as absent
  std::optional<double> weight;                ///< Cumulative Time Weight
};

struct ChannelSeed {
  Eigen::Vector3d position_mm = Eigen::Vector3d::Zero();
  std::optional<Eigen::Vector3d> direction;  ///< unit length
};

struct ChannelSeeds {
  std::vector<ChannelSeed> seeds;  ///< in the order of the control points
  int dead_positions = 0;          ///< places without time beside places with time: left out
  bool without_position = false;   ///< no control point of the channel has a place
  bool two_ends = false;           ///< two control points some millimetres apart: two seeds, or the two ends of one
};

/// Consecutive control points at one place are one place. Where some places are written as pairs that gain time, those are the seeds and a
/// place that gains none is left out; else every place is a seed. A control point without place keeps the one before it.
ChannelSeeds seeds_of_channel(const std::vector<ControlPoint>& points);

/// Unit direction of the straight line through points and their largest distance from it; nullopt for fewer than two distinct points.
struct Line {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitZ();
  double largest_distance_mm = 0.0;
};
std::optional<Line> line_through(const std::vector<Eigen::Vector3d>& points_mm);

}  // namespace seedaudit
