// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/local_step.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr std::size_t kMostSamples = 36000;
constexpr double kRivalApartMm = 8.0;
constexpr double kLeastOverlap = 0.35;
constexpr double kMostTurnRad = 0.5;  // of an organ against the body, about 30 degrees

Eigen::Isometry3d moved(const Eigen::Isometry3d& t, const Eigen::Vector3d& pivot_fixed_mm, const Eigen::Vector3d& shift_mm,
                        const Eigen::Vector3d& turn_rad) {
  const Eigen::Vector3d pivot = t * pivot_fixed_mm;
  const Eigen::Matrix3d turn = rotation_of(turn_rad);
  Eigen::Isometry3d out = Eigen::Isometry3d::Identity();
  out.linear() = turn * t.linear();
  out.translation() = turn * (t.translation() - pivot) + pivot + shift_mm;
  return out;
}

/// Half way between two rigid transforms, about the target.
Eigen::Isometry3d middle_of(const Eigen::Isometry3d& a, const Eigen::Isometry3d& b, const Eigen::Vector3d& center_mm) {
  const Eigen::Quaterniond q = Eigen::Quaterniond(a.rotation()).slerp(0.5, Eigen::Quaterniond(b.rotation()));
  Eigen::Isometry3d out = Eigen::Isometry3d::Identity();
  out.linear() = q.normalized().toRotationMatrix();
  out.translation() = 0.5 * (a * center_mm + b * center_mm) - out.linear() * center_mm;
  return out;
}

/// Directions spread over the sphere (Fibonacci lattice).
Eigen::Vector3d direction(int n, int of) {
  const double z = 1.0 - (2.0 * n + 1.0) / of;
  const double phi = 2.399963229728653 * n;
  const double r = std::sqrt(std::max(0.0, 1.0 - z * z));
  return {r * std::cos(phi), r * std::sin(phi), z};
}

struct Candidate {
  Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
  double value = 0.0;
  double overlap = 0.0;
};

/// Organs do not leave their place by more than some centimetres, nor turn over in it: a climb that ended there followed something else.
void drop_impossible(std::vector<Candidate>& all, const Ball& ball, const Eigen::Isometry3d& start, double most_mm) {
  std::erase_if(all, [&](const Candidate& c) {
    const double turn = Eigen::AngleAxisd(c.t.rotation() * start.rotation().transpose()).angle();
    return (c.t * ball.center_mm - start * ball.center_mm).norm() > most_mm || turn > kMostTurnRad;
  });
  if (all.empty()) all.push_back({start, 0.0, 0.0});
}

void keep_distinct(std::vector<Candidate>& all, const Ball& ball, std::size_t most) {
  std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.value > b.value; });
  std::vector<Candidate> kept;
  for (const Candidate& c : all) {
    if (kept.size() >= most) break;
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Candidate& k) { return apart_at(ball, c.t, k.t) < kRivalApartMm; });
    if (!known) kept.push_back(c);
  }
  all = std::move(kept);
}

}  // namespace

SimilarityOptions soft_tissue_bins(bool both_ct) {
  SimilarityOptions o;
  o.bins = 40;
  if (!both_ct) return o;
  o.low = -200.0F;
  o.high = 250.0F;
  return o;
}

WorkImage blurred(const WorkImage& image) {
  std::array<int, 3> factor{};
  for (int a = 0; a < 3; ++a)
    factor[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::lround(4.0 / image.grid.spacing_mm[a])));
  WorkImage out = reduce(image, factor);
  smooth(out, Eigen::Vector3d::Constant(3.0));
  return out;
}

double apart_at(const Ball& ball, const Eigen::Isometry3d& a, const Eigen::Isometry3d& b) {
  double worst = (a * ball.center_mm - b * ball.center_mm).norm();
  for (int axis = 0; axis < 3; ++axis)
    for (const double side : {-1.0, 1.0}) {
      const Eigen::Vector3d p = ball.center_mm + side * ball.radius_mm * Eigen::Vector3d::Unit(axis);
      worst = std::max(worst, (a * p - b * p).norm());
    }
  return worst;
}

LocalResult register_locally(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target, const Eigen::Isometry3d& start,
                             const RegistrationOptions& options) {
  LocalResult out;
  out.moving_from_fixed = start;
  const double margin = options.local_margin_mm;
  const double radius = target.radius_mm + margin;
  const SampleSet main = ball_samples(fixed, target.center_mm, radius, kMostSamples);
  out.samples = main.mm.size();
  if (main.mm.size() < 500) return out;
  const SampleSet wide = ball_samples(fixed, target.center_mm, radius + 0.5 * margin, kMostSamples);
  const SampleSet narrow = ball_samples(fixed, target.center_mm, radius - 0.25 * margin, kMostSamples);
  const SampleSet few = ball_samples(fixed, target.center_mm, radius + 0.5 * margin, 5000);

  // Capture: organs slide mostly along the long axis, so that is searched widely, the other two a little.
  const WorkImage soft = blurred(moving.local);
  RefineOptions climb;
  climb.similarity = soft_tissue_bins(fixed.base.is_ct && moving.base.is_ct);
  climb.first_step_mm = 3.0;
  climb.last_step_mm = 0.1;
  climb.least_overlap = kLeastOverlap;
  std::vector<Candidate> candidates;
  for (double z = -40.0; z <= 40.0; z += 5.0)
    for (double y = -10.0; y <= 10.0; y += 10.0)
      for (double x = -10.0; x <= 10.0; x += 10.0)
        candidates.push_back({moved(start, target.center_mm, {x, y, z}, Eigen::Vector3d::Zero()), 0.0, 0.0});
  out.starts = static_cast<int>(candidates.size());
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Similarity s = similarity(few, soft, candidates[c].t, Eigen::Vector3d::Zero(), climb.similarity, false);
    candidates[c].value = s.overlap < kLeastOverlap ? 0.0 : s.value;
  });
  keep_distinct(candidates, target, 4);
  candidates.push_back({start, 0.0, 0.0});
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Refined r = refine(wide, soft, candidates[c].t, target.center_mm, climb);
    candidates[c] = {r.moving_from_fixed, r.value, r.overlap};
  });
  drop_impossible(candidates, target, start, options.max_local_shift_mm);
  keep_distinct(candidates, target, 3);
  climb.first_step_mm = 1.5;
  climb.last_step_mm = 0.01;
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Refined r = refine(main, moving.local, candidates[c].t, target.center_mm, climb);
    candidates[c] = {r.moving_from_fixed, r.value, r.overlap};
  });
  drop_impossible(candidates, target, start, options.max_local_shift_mm);
  keep_distinct(candidates, target, 4);
  const Candidate best = candidates.front();
  if (candidates.size() > 1) out.rival_value = candidates[1].value;

  // Independent testimony: other starts, other radii, and the other image's samples.
  const Ball target_moving{best.t * target.center_mm, target.radius_mm};
  const SampleSet back = ball_samples(moving, target_moving.center_mm, radius, kMostSamples);
  struct Run {
    const SampleSet* samples;
    const WorkImage* image;
    Eigen::Isometry3d start;
    Eigen::Vector3d pivot;
    bool backward;
    Refined result;
  };
  std::vector<Run> runs;
  const auto forward = [&](const SampleSet& s, const Eigen::Vector3d& shift, const Eigen::Vector3d& turn) {
    runs.push_back({&s, &moving.local, moved(best.t, target.center_mm, shift, turn), target.center_mm, false, {}});
  };
  runs.push_back({&back, &fixed.local, best.t.inverse(Eigen::Isometry), target_moving.center_mm, true, {}});
  forward(main, {3.0, -2.0, 4.0}, {0.05, 0.0, -0.05});
  forward(main, {-3.0, 2.0, -4.0}, {-0.05, 0.05, 0.05});
  forward(wide, Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero());
  forward(narrow, Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero());
  parallel_for(runs.size(),
               [&](std::size_t r) { runs[r].result = refine(*runs[r].samples, *runs[r].image, runs[r].start, runs[r].pivot, climb); });
  out.starts += static_cast<int>(runs.size());
  const Eigen::Isometry3d backward = runs[0].result.moving_from_fixed.inverse(Eigen::Isometry);
  out.inverse_mm = apart_at(target, best.t, backward);
  // Forward and backward err by interpolation and noise of different images: their middle is better than either, where they agree at all.
  out.moving_from_fixed = out.inverse_mm < 5.0 ? middle_of(best.t, backward, target.center_mm) : best.t;
  for (const Run& r : runs) {
    if (r.backward) continue;
    out.agreement_mm = std::max(out.agreement_mm, apart_at(target, r.result.moving_from_fixed, out.moving_from_fixed));
  }

  const Similarity at_end = similarity(main, moving.local, out.moving_from_fixed, Eigen::Vector3d::Zero(), climb.similarity, false);
  const Similarity at_start = similarity(main, moving.local, start, Eigen::Vector3d::Zero(), climb.similarity, false);
  out.value = at_end.value;
  out.overlap = at_end.overlap;
  out.value_at_start = at_start.value;

  // What similarity is worth here: deliberately wrong transforms, 12 to 40 mm off and turned by up to 15 degrees.
  constexpr int kDisplaced = 48;
  std::vector<double> wrong(kDisplaced, -1.0);
  parallel_for(kDisplaced, [&](std::size_t n) {
    const int i = static_cast<int>(n);
    const Eigen::Vector3d shift = direction(i, kDisplaced) * (12.0 + 28.0 * ((i * 7) % kDisplaced) / kDisplaced);
    const Eigen::Vector3d turn = direction((i * 11) % kDisplaced, kDisplaced) * (0.26 * ((i * 5) % kDisplaced) / kDisplaced);
    const Similarity s = similarity(main, moving.local, moved(out.moving_from_fixed, target.center_mm, shift, turn),
                                    Eigen::Vector3d::Zero(), climb.similarity, false);
    if (s.overlap >= 0.8 * out.overlap) wrong[n] = s.value;  // fewer points are more easily alike
  });
  double sum = 0.0, squares = 0.0, count = 0.0;
  for (const double w : wrong) {
    if (w < 0.0) continue;
    sum += w;
    squares += w * w;
    count += 1.0;
    out.displaced_max = std::max(out.displaced_max, w);
  }
  if (count > 1.0) {
    out.displaced_mean = sum / count;
    out.displaced_sd = std::sqrt(std::max(0.0, squares / count - out.displaced_mean * out.displaced_mean));
  }
  return out;
}

}  // namespace seedaudit
