// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/pose_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr double kLeastBodyOverlap = 0.25;   // of the smaller body
constexpr double kOffsetStepMm = 12.0;       // along the long axis: below half a vertebra
constexpr double kSideStepMm = 30.0;         // across it
constexpr std::size_t kLookedAtTwice = 600;  // of the starts: the best by a few samples
constexpr std::size_t kCoarseStarts = 24;    // climbed from at 8 mm
// Starts nearer to a better one than this climb to the same place; a vertebra farther (25 to 40 mm) is another, and may be the right one.
constexpr double kStartsApartMm = 20.0;
constexpr std::size_t kMiddleStarts = 4;  // climbed from at 4 mm

/// Extent of the body of an image along a direction, about a centre.
std::pair<double, double> extent(const PreparedImage& image, const Eigen::Vector3d& direction) {
  double low = 0.0, high = 0.0;
  const auto& size = image.base.grid.size;
  for (int c = 0; c < 8; ++c) {
    const Eigen::Vector3d corner((c & 1) != 0 ? size[0] - 1 : 0, (c & 2) != 0 ? size[1] - 1 : 0, (c & 4) != 0 ? size[2] - 1 : 0);
    const double d = (image.base.grid.mm_of(corner) - image.anatomy.body_center_mm).dot(direction);
    low = std::min(low, d);
    high = std::max(high, d);
  }
  return {low, high};
}

/// Distance between what two transforms do to the fixed body.
double apart_mm(const Eigen::Isometry3d& a, const Eigen::Isometry3d& b, const Eigen::Vector3d& center) {
  double worst = (a * center - b * center).norm();
  for (int axis = 0; axis < 3; ++axis)
    for (const double side : {-60.0, 60.0}) {
      const Eigen::Vector3d p = center + side * Eigen::Vector3d::Unit(axis);
      worst = std::max(worst, (a * p - b * p).norm());
    }
  return worst;
}

void keep_distinct(std::vector<Pose>& poses, std::size_t most, double least_apart_mm, const Eigen::Vector3d& center) {
  std::stable_sort(poses.begin(), poses.end(), [](const Pose& a, const Pose& b) { return a.score > b.score; });
  std::vector<Pose> kept;
  for (const Pose& p : poses) {
    if (kept.size() >= most) break;
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Pose& k) {
      return apart_mm(p.moving_from_fixed, k.moving_from_fixed, center) < least_apart_mm;
    });
    if (!known) kept.push_back(p);
  }
  poses = std::move(kept);
}

/// A small overlap is easily alike: the value counts less, down to the least overlap where a pose is not considered.
double score_of(double value, double overlap) { return overlap < kLeastBodyOverlap ? 0.0 : value * std::pow(std::min(1.0, overlap), 0.25); }

}  // namespace

PoseSearch search_poses(const PreparedImage& fixed, const PreparedImage& moving) {
  PoseSearch out;
  const SampleSet all = whole_body_samples(fixed, fixed.coarse, 12000);
  const SampleSet few = thin_out(all, 2500), fewest = thin_out(all, 1000);
  if (all.mm.size() < 200 || !(moving.anatomy.body_volume_cc > 0.0)) return out;
  // Overlap is measured on the fixed samples; as a fraction of the smaller body it may exceed 1 by the rim of air.
  const double smaller = std::min(fixed.anatomy.body_volume_cc, moving.anatomy.body_volume_cc) / fixed.anatomy.body_volume_cc;
  SimilarityOptions coarse_bins;
  coarse_bins.bins = 24;

  const Eigen::Vector3d fixed_center = fixed.anatomy.body_center_mm;
  const Eigen::Vector3d moving_center = moving.anatomy.body_center_mm;
  const auto [moving_low, moving_high] = extent(moving, Eigen::Vector3d::UnitZ());
  std::vector<Eigen::Isometry3d> starts;
  for (const bool feet_first : {false, true})
    for (int turn = 0; turn < 8; ++turn) {
      Eigen::Matrix3d rotation = Eigen::AngleAxisd(turn * std::numbers::pi / 4.0, Eigen::Vector3d::UnitZ()).toRotationMatrix();
      if (feet_first) rotation = rotation * Eigen::AngleAxisd(std::numbers::pi, Eigen::Vector3d::UnitY()).toRotationMatrix();
      const auto [fixed_low, fixed_high] = extent(fixed, rotation.transpose() * Eigen::Vector3d::UnitZ());
      const double first = moving_low - fixed_high, last = moving_high - fixed_low;
      for (double z = std::ceil(first / kOffsetStepMm) * kOffsetStepMm; z <= last; z += kOffsetStepMm)
        for (int x = -1; x <= 1; ++x)
          for (int y = -1; y <= 1; ++y) {
            if (x != 0 && y != 0) continue;
            Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
            t.linear() = rotation;
            t.translation() = moving_center - rotation * fixed_center + Eigen::Vector3d(x * kSideStepMm, y * kSideStepMm, z);
            starts.push_back(t);
          }
    }
  out.starts = static_cast<int>(starts.size());
  std::vector<Pose> poses(starts.size());
  const auto judged = [&](const Eigen::Isometry3d& t, double value, double overlap) {
    Pose p;
    p.moving_from_fixed = t;
    p.value = value;
    p.overlap = std::min(1.0, overlap / smaller);
    p.score = score_of(p.value, p.overlap);
    return p;
  };
  const auto look = [&](const SampleSet& samples) {
    parallel_for(poses.size(), [&](std::size_t s) {
      const Similarity m = similarity(samples, moving.coarse, poses[s].moving_from_fixed, moving_center, coarse_bins, false);
      poses[s] = judged(poses[s].moving_from_fixed, m.value, m.overlap);
    });
    std::stable_sort(poses.begin(), poses.end(), [](const Pose& a, const Pose& b) { return a.score > b.score; });
  };
  for (std::size_t s = 0; s < starts.size(); ++s) poses[s].moving_from_fixed = starts[s];
  look(fewest);
  poses.resize(std::min(poses.size(), kLookedAtTwice));
  look(few);
  keep_distinct(poses, kCoarseStarts, kStartsApartMm, fixed_center);

  RefineOptions climb;
  climb.similarity = coarse_bins;
  climb.first_step_mm = 6.0;
  climb.last_step_mm = 0.3;
  climb.lever_mm = 100.0;
  climb.least_overlap = kLeastBodyOverlap * smaller;
  parallel_for(poses.size(), [&](std::size_t s) {
    const Refined r = refine(all, moving.coarse, poses[s].moving_from_fixed, fixed_center, climb);
    poses[s] = judged(r.moving_from_fixed, r.value, r.overlap);
  });
  keep_distinct(poses, kMiddleStarts, 15.0, fixed_center);

  const SampleSet middle = whole_body_samples(fixed, fixed.middle, 24000);
  climb.similarity.bins = 32;
  climb.first_step_mm = 2.0;
  climb.last_step_mm = 0.1;
  parallel_for(poses.size(), [&](std::size_t s) {
    const Refined r = refine(middle, moving.middle, poses[s].moving_from_fixed, fixed_center, climb);
    poses[s] = judged(r.moving_from_fixed, r.value, r.overlap);
  });
  keep_distinct(poses, kMiddleStarts, 10.0, fixed_center);
  return out.poses = std::move(poses), out;
}

}  // namespace seedaudit
