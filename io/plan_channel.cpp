// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_channel.h"

#include <Eigen/Eigenvalues>

#include <algorithm>

namespace seedaudit {
namespace {

/// Consecutive control points at one place.
struct Stay {
  Eigen::Vector3d position_mm = Eigen::Vector3d::Zero();
  std::optional<Eigen::Vector3d> direction;
  int points = 0;
  std::optional<double> last_weight;
  double time = 0.0;  ///< weight gained while there
};

std::vector<Stay> stays_of(const std::vector<ControlPoint>& points) {
  std::vector<Stay> stays;
  std::optional<Eigen::Vector3d> place;
  for (const ControlPoint& cp : points) {
    const bool inherited = !cp.position_mm;
    if (cp.position_mm) place = cp.position_mm;
    if (!place) continue;
    if (stays.empty() || (!inherited && !((stays.back().position_mm - *place).norm() < kSamePlaceMm))) {
      stays.push_back({});
      stays.back().position_mm = *place;
    }
    Stay& stay = stays.back();
    ++stay.points;
    if (cp.weight && stay.last_weight) stay.time += std::max(0.0, *cp.weight - *stay.last_weight);
    if (cp.weight) stay.last_weight = cp.weight;
    if (!stay.direction && cp.orientation && cp.orientation->norm() > 1e-6) stay.direction = cp.orientation->normalized();
  }
  return stays;
}

}  // namespace

ChannelSeeds seeds_of_channel(const std::vector<ControlPoint>& points) {
  // Closer than a seed is long, but not one place: an exporter may mean the two ends of one seed.
  constexpr double kEndsOfOneSeedMm = 4.6;
  ChannelSeeds out;
  const std::vector<Stay> stays = stays_of(points);
  out.without_position = stays.empty();
  const bool paired = std::any_of(stays.begin(), stays.end(), [](const Stay& s) { return s.points > 1 && s.time > 0.0; });
  for (const Stay& stay : stays) {
    if (paired && !(stay.time > 0.0)) {
      ++out.dead_positions;
      continue;
    }
    out.seeds.push_back({stay.position_mm, stay.direction});
  }
  out.two_ends = points.size() == 2 && stays.size() == 2 && (stays[0].position_mm - stays[1].position_mm).norm() < kEndsOfOneSeedMm;
  return out;
}

std::optional<Line> line_through(const std::vector<Eigen::Vector3d>& points_mm) {
  if (points_mm.size() < 2) return std::nullopt;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& p : points_mm) mean += p;
  mean /= static_cast<double>(points_mm.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const auto& p : points_mm) scatter += (p - mean) * (p - mean).transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(scatter);
  if (!(solver.eigenvalues()[2] > kSamePlaceMm * kSamePlaceMm)) return std::nullopt;
  Line line;
  line.direction = solver.eigenvectors().col(2).normalized();
  // The sign says nothing (a seed is symmetric); fixing it keeps output the same on every machine.
  Eigen::Index largest = 0;
  line.direction.cwiseAbs().maxCoeff(&largest);
  if (line.direction[largest] < 0.0) line.direction = -line.direction;
  for (const auto& p : points_mm) {
    const Eigen::Vector3d d = p - mean;
    line.largest_distance_mm = std::max(line.largest_distance_mm, (d - d.dot(line.direction) * line.direction).norm());
  }
  return line;
}

}  // namespace seedaudit
