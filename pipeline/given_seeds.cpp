// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/given_seeds.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace seedaudit {
namespace {

/// Closest distance of two segments given by centre and half vector (Ericson, Real-Time Collision Detection, 2005, 5.1.9).
double segment_distance_mm(const Eigen::Vector3d& c1, const Eigen::Vector3d& h1, const Eigen::Vector3d& c2, const Eigen::Vector3d& h2) {
  const double a = h1.squaredNorm(), e = h2.squaredNorm();
  const Eigen::Vector3d r = c1 - c2;
  const double b = h1.dot(h2), c = h1.dot(r), f = h2.dot(r);
  double s = 0.0, t = 0.0;
  if (a > 0.0) {
    const double denominator = a * e - b * b;
    if (denominator > 1e-12) s = std::clamp((b * f - c * e) / denominator, -1.0, 1.0);
  }
  if (e > 0.0) t = std::clamp((b * s + f) / e, -1.0, 1.0);
  if (a > 0.0) s = std::clamp((b * t - c) / a, -1.0, 1.0);
  return (r + s * h1 - t * h2).norm();
}

}  // namespace

double capsule_gap_mm(const Point<CtFrame>& a, const std::optional<Axis<CtFrame>>& axis_a, const Point<CtFrame>& b,
                      const std::optional<Axis<CtFrame>>& axis_b, const DetectorOptions& capsule) {
  const double half = 0.5 * (capsule.capsule_length_mm - capsule.capsule_diameter_mm);
  const Eigen::Vector3d h1 = axis_a ? Eigen::Vector3d(half * axis_a->unit) : Eigen::Vector3d(Eigen::Vector3d::Zero());
  const Eigen::Vector3d h2 = axis_b ? Eigen::Vector3d(half * axis_b->unit) : Eigen::Vector3d(Eigen::Vector3d::Zero());
  return segment_distance_mm(a.mm, h1, b.mm, h2) - capsule.capsule_diameter_mm;
}

Detection detection_of(const std::vector<GivenSeed>& seeds, const DetectorOptions& capsule) {
  Detection out;
  std::vector<int> group(seeds.size());
  std::iota(group.begin(), group.end(), 0);
  for (std::size_t i = 0; i < seeds.size(); ++i)
    for (std::size_t j = i + 1; j < seeds.size(); ++j) {
      if (capsule_gap_mm(seeds[i].center, seeds[i].axis, seeds[j].center, seeds[j].axis, capsule) >= capsule.cluster_gap_mm) continue;
      const int from = std::max(group[i], group[j]), to = std::min(group[i], group[j]);
      std::replace(group.begin(), group.end(), from, to);
    }
  std::vector<int> cluster_of_group(seeds.size(), 0);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    int& cluster = cluster_of_group[static_cast<std::size_t>(group[i])];
    if (cluster == 0) {
      out.clusters.push_back({static_cast<int>(out.clusters.size()) + 1, {}, {}});
      cluster = out.clusters.back().id;
    }
    DetectedSeed s;
    s.id = static_cast<int>(i) + 1;
    s.pose.center = seeds[i].center;
    if (seeds[i].axis) {
      s.pose.axis = *seeds[i].axis;
      s.axis_resolved = true;
      s.axis_sigma_deg = 0.0;
    }
    s.confidence = 1.0;
    s.cluster_id = cluster;
    out.clusters[static_cast<std::size_t>(cluster - 1)].seed_ids.push_back(s.id);
    out.seeds.push_back(s);
  }
  for (Cluster& c : out.clusters) {
    const int n = static_cast<int>(c.seed_ids.size());
    c.count = {n, n, n};
  }
  const int n = static_cast<int>(seeds.size());
  out.count = {n, n, n};
  out.outcome = {OutcomeKind::ok, "positions were given"};
  out.warnings.push_back({"SEEDS_GIVEN", "Seed positions were given, not found in the scan; they carry no uncertainty."});
  return out;
}

}  // namespace seedaudit
