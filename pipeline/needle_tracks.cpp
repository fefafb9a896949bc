// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/needle_tracks.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cstddef>
#include <map>

namespace seedaudit {
namespace {

constexpr double kOnePlaceMm = 1.0;  ///< seeds nearer than this do not determine a direction

NeedleTrack make_track(int needle, const Point<CtFrame>& center, const Eigen::Vector3d& unit, double low_mm, double high_mm) {
  NeedleTrack t;
  t.needle = needle;
  t.axis = Axis<CtFrame>{unit};
  t.start = {center.mm + (low_mm - kTrackReachMm) * unit};
  t.end = {center.mm + (high_mm + kTrackReachMm) * unit};
  return t;
}

}  // namespace

std::optional<NeedleTrack> track_through(int needle, const std::vector<Point<CtFrame>>& seeds) {
  if (seeds.size() < 2) return std::nullopt;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& s : seeds) mean += s.mm;
  mean /= static_cast<double>(seeds.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const auto& s : seeds) scatter += (s.mm - mean) * (s.mm - mean).transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(scatter);
  const Eigen::Vector3d unit = solver.eigenvectors().col(2);
  double low = 0.0, high = 0.0;
  for (const auto& s : seeds) {
    const double along = (s.mm - mean).dot(unit);
    low = std::min(low, along);
    high = std::max(high, along);
  }
  if (!(high - low >= kOnePlaceMm)) return std::nullopt;
  return make_track(needle, {mean}, unit, low, high);
}

std::vector<NeedleTrack> planned_tracks(const ImplantPlan& plan, const Warp<CtFrame, PlanFrame>& ct_from_plan) {
  std::map<int, std::vector<const PlannedSeed*>> by_needle;
  for (const PlannedSeed& s : plan.seeds) by_needle[s.needle].push_back(&s);
  std::vector<NeedleTrack> tracks;
  for (const auto& [needle, seeds] : by_needle) {
    std::vector<Point<CtFrame>> centers;
    for (const PlannedSeed* s : seeds) centers.push_back(ct_from_plan * s->center);
    if (auto track = track_through(needle, centers)) {
      tracks.push_back(*track);
    } else if (seeds.front()->axis) {
      tracks.push_back(make_track(needle, centers.front(), (ct_from_plan.rigid * *seeds.front()->axis).unit, 0.0, 0.0));
    } else {
      NeedleTrack point;
      point.needle = needle;
      point.start = point.end = centers.front();
      tracks.push_back(point);
    }
  }
  return tracks;
}

double distance_to_track_mm(const NeedleTrack& track, const Point<CtFrame>& p) {
  const Eigen::Vector3d along = track.end.mm - track.start.mm;
  const double length2 = along.squaredNorm();
  const double t = length2 > 0.0 ? std::clamp((p.mm - track.start.mm).dot(along) / length2, 0.0, 1.0) : 0.0;
  return (p.mm - track.start.mm - t * along).norm();
}

std::optional<double> distance_to_line_mm(const NeedleTrack& track, const Point<CtFrame>& p) {
  if (!track.axis) return std::nullopt;
  const Eigen::Vector3d d = p.mm - track.start.mm;
  return (d - d.dot(track.axis->unit) * track.axis->unit).norm();
}

}  // namespace seedaudit
