// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <vector>

#include "registration/work_image.h"

/// Internal to registration: the inner loop of all of it. Which gray values of two images meet, how much one says of the other, and what
/// moving each sample would change.
namespace seedaudit {

/// Points of the fixed image and their gray values; the points are the same in every evaluation, so the similarity is a smooth function of
/// the transform.
struct SampleSet {
  std::vector<Eigen::Vector3f> mm;
  std::vector<float> gray;
  std::vector<float> weight;  ///< 0..1
};

struct SimilarityOptions {
  int bins = 32;
  float low = kGrayLow;
  float high = kGrayHigh;
};

/// Joint histogram of fixed samples with the moving image: linear in the fixed gray value, cubic B-spline in the moving one (Mattes et al.,
/// IEEE TMI 22:120, 2003). Made once for a set of samples, evaluated at as many places as wanted.
class JointHistogram {
 public:
  /// Both must outlive the histogram.
  JointHistogram(const SampleSet& fixed, const WorkImage& moving, const SimilarityOptions& options);

  /// Index coordinates in the moving image of each sample: to be filled in before evaluate().
  std::vector<Eigen::Vector3f> places;

  /// \param with_slopes whether slopes() will be asked for
  void evaluate(bool with_slopes);
  /// Entropy correlation coefficient 2 I(F;M) / (H(F) + H(M)).
  double value() const { return value_; }
  /// Weight of the samples that met usable voxels, as a fraction of all.
  double overlap() const { return overlap_; }

  struct Slope {
    std::uint32_t sample = 0;
    Eigen::Vector3f per_index = Eigen::Vector3f::Zero();  ///< d value / d place
  };
  /// Of the samples that met usable voxels, in index order; after evaluate(true).
  const std::vector<Slope>& slopes();

 private:
  struct FixedBin {
    int row;             ///< where the lower of the two rows begins
    float lower, upper;  /// share of each, times the sample's weight
  };
  struct Hit {
    std::uint32_t sample;
    float bin;
    Eigen::Vector3f bins_per_index;
  };
  template <bool kWithSlopes>
  void fill();
  void add_up();

  const SampleSet& fixed_;
  const WorkImage& moving_;
  SimilarityOptions options_;
  int rows_, columns_;
  float per_gray_;
  double total_ = 0.0, met_ = 0.0, value_ = 0.0, overlap_ = 0.0;
  double sum_entropy_ = 0.0, joint_entropy_ = 0.0;
  std::vector<FixedBin> fixed_bins_;
  std::vector<double> joint_, odd_;             ///< the second takes every other sample, see fill()
  std::vector<double> log_joint_, log_moving_;  ///< after evaluate()
  std::vector<Hit> hits_;
  std::vector<Slope> slopes_;
};

}  // namespace seedaudit
