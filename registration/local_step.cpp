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
constexpr std::size_t kSoftSamples = 12000;  // of the blurred image: more are not independent
constexpr std::size_t kFewSamples = 4000;    // to see whether there may be a maximum
constexpr std::size_t kLeastSamples = 500;
constexpr double kRivalApartMm = 8.0;
constexpr double kLeastOverlap = 0.35;
constexpr double kSeenAsWell = 0.8;   // of the overlap of the right place
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

}  // namespace

struct LocalStep::Candidate {
  Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
  double value = 0.0;
  double overlap = 0.0;

  /// Organs do not leave their place by more than some centimetres, nor turn over in it: a climb that ended there followed something else.
  static void drop_impossible(std::vector<Candidate>& all, const Ball& ball, const Eigen::Isometry3d& start, double most_mm) {
    std::erase_if(all, [&](const Candidate& c) {
      const double turn = Eigen::AngleAxisd(c.t.rotation() * start.rotation().transpose()).angle();
      return (c.t * ball.center_mm - start * ball.center_mm).norm() > most_mm || turn > kMostTurnRad;
    });
    if (all.empty()) all.push_back({start, 0.0, 0.0});
  }

  static void keep_distinct(std::vector<Candidate>& all, const Ball& ball, std::size_t most) {
    std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.value > b.value; });
    std::vector<Candidate> kept;
    for (const Candidate& c : all) {
      if (kept.size() >= most) break;
      const bool known =
          std::any_of(kept.begin(), kept.end(), [&](const Candidate& k) { return apart_at(ball, c.t, k.t) < kRivalApartMm; });
      if (!known) kept.push_back(c);
    }
    all = std::move(kept);
  }
};

Eigen::Vector3d direction(int n, int of) {
  const double z = 1.0 - (2.0 * n + 1.0) / of;
  const double phi = 2.399963229728653 * n;
  const double r = std::sqrt(std::max(0.0, 1.0 - z * z));
  return {r * std::cos(phi), r * std::sin(phi), z};
}

SimilarityOptions local_bins(const PreparedImage& a, const PreparedImage& b) {
  SimilarityOptions o;
  o.bins = 40;
  if (!a.base.is_ct || !b.base.is_ct) return o;
  o.low = -200.0F;
  if (a.bone_in_local) {
    o.bins = 49;
    return o;
  }
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

LocalStep::LocalStep(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target, const RegistrationOptions& options)
    : fixed_(fixed),
      moving_(moving),
      target_(target),
      radius_mm_(target.radius_mm + options.local_margin_mm),
      max_shift_mm_(options.max_local_shift_mm),
      main_(ball_samples(fixed, target.center_mm, radius_mm_, kMostSamples)) {
  if (!enough()) return;
  const double margin = options.local_margin_mm;
  wide_ = ball_samples(fixed, target.center_mm, radius_mm_ + 0.5 * margin, kMostSamples);
  narrow_ = ball_samples(fixed, target.center_mm, radius_mm_ - 0.25 * margin, kMostSamples);
  wide_soft_ = thin_out(wide_, kSoftSamples);
  wide_few_ = thin_out(wide_, kFewSamples);
  soft_ = blurred(moving.local);
  climb_.similarity = local_bins(fixed, moving);
  climb_.first_step_mm = 1.5;
  climb_.last_step_mm = 0.03;
  climb_.least_overlap = kLeastOverlap;
}

bool LocalStep::enough() const { return main_.mm.size() >= kLeastSamples; }

/// Maxima of the blurred image: organs slide mostly along the long axis, so that is searched widely, the other two a little.
std::vector<LocalStep::Candidate> LocalStep::captured(const Eigen::Isometry3d& start) const {
  std::vector<Candidate> candidates;
  for (double z = -40.0; z <= 40.0; z += 5.0)
    for (double y = -10.0; y <= 10.0; y += 10.0)
      for (double x = -10.0; x <= 10.0; x += 10.0)
        candidates.push_back({moved(start, target_.center_mm, {x, y, z}, Eigen::Vector3d::Zero()), 0.0, 0.0});
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Similarity s = similarity(wide_few_, soft_, candidates[c].t, Eigen::Vector3d::Zero(), climb_.similarity, false);
    candidates[c].value = s.overlap < kLeastOverlap ? 0.0 : s.value;
  });
  Candidate::keep_distinct(candidates, target_, 4);
  candidates.push_back({start, 0.0, 0.0});
  RefineOptions climb = climb_;
  climb.first_step_mm = 3.0;
  climb.last_step_mm = 0.1;
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Refined r = refine(wide_soft_, soft_, candidates[c].t, target_.center_mm, climb);
    candidates[c] = {r.moving_from_fixed, r.value, r.overlap};
  });
  return candidates;
}

LocalPlace LocalStep::find(const Eigen::Isometry3d& start) const {
  LocalPlace out;
  out.moving_from_fixed = start;
  if (!enough()) return out;
  std::vector<Candidate> candidates = captured(start);
  out.starts = 17 * 9;
  Candidate::drop_impossible(candidates, target_, start, max_shift_mm_);
  Candidate::keep_distinct(candidates, target_, 3);
  parallel_for(candidates.size(), [&](std::size_t c) {
    const Refined r = refine(main_, moving_.local, candidates[c].t, target_.center_mm, climb_);
    candidates[c] = {r.moving_from_fixed, r.value, r.overlap};
  });
  Candidate::drop_impossible(candidates, target_, start, max_shift_mm_);
  Candidate::keep_distinct(candidates, target_, 2);
  out.moving_from_fixed = candidates.front().t;
  out.value = candidates.front().value;
  out.overlap = candidates.front().overlap;
  if (candidates.size() > 1) out.rival_value = candidates[1].value;
  return out;
}

/// Independent testimony: other starts, other radii, and the other image's samples. Where noise makes the similarity bumpy, another start
/// may end higher up: then that is the place.
void LocalStep::testify(const LocalPlace& place, LocalResult& out) const {
  const auto forward = [&](const SampleSet& samples, const Eigen::Isometry3d& from) {
    return refine(samples, moving_.local, from, target_.center_mm, climb_);
  };
  const std::array<Eigen::Vector3d, 2> shift{Eigen::Vector3d(3.0, -2.0, 4.0), Eigen::Vector3d(-3.0, 2.0, -4.0)};
  const std::array<Eigen::Vector3d, 2> turn{Eigen::Vector3d(0.05, 0.0, -0.05), Eigen::Vector3d(-0.05, 0.05, 0.05)};
  std::vector<Eigen::Isometry3d> places{place.moving_from_fixed, place.moving_from_fixed, place.moving_from_fixed};
  std::array<double, 3> values{0.0, 0.0, place.value};
  parallel_for(2, [&](std::size_t n) {
    const Refined r = forward(main_, moved(place.moving_from_fixed, target_.center_mm, shift[n], turn[n]));
    places[n] = r.moving_from_fixed;
    values[n] = r.value;
  });
  const Eigen::Isometry3d best = places[static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin())];
  const Ball there{best * target_.center_mm, target_.radius_mm};
  Eigen::Isometry3d backward;
  places.resize(5);
  parallel_for(3, [&](std::size_t n) {
    if (n > 0)
      places[n + 2] = forward(n == 1 ? wide_ : narrow_, best).moving_from_fixed;
    else
      backward = refine(ball_samples(moving_, there.center_mm, radius_mm_, kMostSamples), fixed_.local, best.inverse(Eigen::Isometry),
                        there.center_mm, climb_)
                     .moving_from_fixed.inverse(Eigen::Isometry);
  });
  out.starts += 5;
  out.inverse_mm = apart_at(target_, best, backward);
  // Forward and backward err by interpolation and noise of different images: their middle is better than either, where they agree at all.
  out.moving_from_fixed = out.inverse_mm < 5.0 ? middle_of(best, backward, target_.center_mm) : best;
  for (const Eigen::Isometry3d& p : places) out.agreement_mm = std::max(out.agreement_mm, apart_at(target_, p, out.moving_from_fixed));
}

/// What similarity is worth here: deliberately wrong transforms, 12 to 40 mm off and turned by up to 15 degrees. Once as it is, and once
/// blurred.
void LocalStep::displace(LocalResult& out) const {
  constexpr int kDisplaced = 48;
  const auto similar = [&](const Eigen::Isometry3d& t, bool soft) {
    return similarity(soft ? wide_soft_ : main_, soft ? soft_ : moving_.local, t, Eigen::Vector3d::Zero(), climb_.similarity, false);
  };
  const Similarity right = similar(out.moving_from_fixed, true);
  out.soft_value = right.value;
  std::vector<double> wrong(kDisplaced, -1.0), soft(kDisplaced, -1.0);
  parallel_for(kDisplaced, [&](std::size_t n) {
    const int i = static_cast<int>(n);
    const Eigen::Vector3d shift = direction(i, kDisplaced) * (12.0 + 28.0 * ((i * 7) % kDisplaced) / kDisplaced);
    const Eigen::Vector3d turn = direction((i * 11) % kDisplaced, kDisplaced) * (0.26 * ((i * 5) % kDisplaced) / kDisplaced);
    const Eigen::Isometry3d t = moved(out.moving_from_fixed, target_.center_mm, shift, turn);
    // Fewer points are more easily alike.
    if (const Similarity s = similar(t, false); s.overlap >= kSeenAsWell * out.overlap) wrong[n] = s.value;
    if (const Similarity s = similar(t, true); s.overlap >= kSeenAsWell * right.overlap) soft[n] = s.value;
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
  out.soft_displaced_max = std::max(0.0, *std::max_element(soft.begin(), soft.end()));
}

LocalResult LocalStep::weigh(const Eigen::Isometry3d& start, const LocalPlace& place) const {
  LocalResult out;
  out.moving_from_fixed = place.moving_from_fixed;
  out.samples = main_.mm.size();
  if (!enough()) return out;
  out.rival_value = place.rival_value;
  testify(place, out);
  const Similarity at_end = similarity(main_, moving_.local, out.moving_from_fixed, Eigen::Vector3d::Zero(), climb_.similarity, false);
  const Similarity at_start = similarity(main_, moving_.local, start, Eigen::Vector3d::Zero(), climb_.similarity, false);
  out.value = at_end.value;
  out.overlap = at_end.overlap;
  out.value_at_start = at_start.value;
  displace(out);
  return out;
}

}  // namespace seedaudit
