// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registration/pose_search.h"
#include "registration/prepared_image.h"

/// Internal to registration: the rigid motion of the anatomy around the target, and what speaks for and against it.
namespace seedaudit {

/// A ball in the fixed image.
struct Ball {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  double radius_mm = 20.0;
};

/// Largest distance between what two transforms make of a ball: at its centre and the six ends of its axes.
double apart_at(const Ball& ball, const Eigen::Isometry3d& a, const Eigen::Isometry3d& b);

/// Gray values of the local images. Soft tissue in about 11 HU steps; lung and gas at the low end, contrast agent at the high, where bone
/// has a say up to it. Where an image is no CT, the whole scale: its tissues may lie anywhere on it.
SimilarityOptions local_bins(const PreparedImage& a, const PreparedImage& b);

/// Directions spread over the sphere (Fibonacci lattice). \param n from 0 to of - 1
Eigen::Vector3d direction(int n, int of);

/// At about 4 mm, blurred by 3 mm more: for climbs from afar.
WorkImage blurred(const WorkImage& image);

/// Where the region around the target fits best.
struct LocalPlace {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double value = 0.0;        ///< similarity there
  double overlap = 0.0;      ///< of the samples around the target
  double rival_value = 0.0;  ///< best similarity of another maximum, more than 8 mm away
  int starts = 0;
};

struct LocalResult {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double value = 0.0;           ///< similarity around the target
  double value_at_start = 0.0;  ///< the same under the whole-body pose
  double overlap = 0.0;         ///< of the samples around the target
  double rival_value = 0.0;     ///< best similarity of another maximum, more than 8 mm away
  double agreement_mm = 0.0;    ///< largest distance at the target between independent starts and radii
  double inverse_mm = 0.0;      ///< distance at the target between forward and backward registration
  double displaced_mean = 0.0;  ///< similarity of deliberately displaced transforms: mean,
  double displaced_sd = 0.0;    ///< standard deviation
  double displaced_max = 0.0;   ///< and the best of them
  double soft_value = 0.0;      ///< the same in the blurred image, where noise does not hide what is large
  double soft_displaced_max = 0.0;
  std::size_t samples = 0;
  int starts = 0;
};

/// The region around the target from any number of whole-body poses; samples and images are made once.
class LocalStep {
 public:
  /// The images must outlive the step.
  LocalStep(const PreparedImage& fixed, const PreparedImage& moving, const Ball& target, const RegistrationOptions& options);

  /// \param start whole-body pose
  LocalPlace find(const Eigen::Isometry3d& start) const;
  /// What speaks for and against a place, and the place itself made better by the way back. \param start whole-body pose that it was found
  /// from
  LocalResult weigh(const Eigen::Isometry3d& start, const LocalPlace& place) const;

 private:
  struct Candidate;
  bool enough() const;
  std::vector<Candidate> captured(const Eigen::Isometry3d& start) const;
  void testify(const LocalPlace& place, LocalResult& out) const;
  void displace(LocalResult& out) const;

  const PreparedImage& fixed_;
  const PreparedImage& moving_;
  Ball target_;
  double radius_mm_;
  double max_shift_mm_;
  SampleSet main_, wide_, narrow_;
  SampleSet wide_soft_, wide_few_;  ///< thinned
  WorkImage soft_;                  ///< moving image, blurred
  RefineOptions climb_;             ///< the last one
};

}  // namespace seedaudit
