// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <cstddef>
#include <vector>

#include "registration/joint_histogram.h"
#include "registration/work_image.h"

/// Internal to registration: mutual information of fixed sample points with the other image.
namespace seedaudit {

struct Similarity {
  /// Entropy correlation coefficient 2 I(F;M) / (H(F) + H(M)): 0 = independent, 1 = one determines the other.
  double value = 0.0;
  /// Weight of the samples that met usable voxels, as a fraction of all.
  double overlap = 0.0;
  /// d value / d (translation mm, rotation rad about the pivot), for a transform changed on its moving side.
  Eigen::Matrix<double, 6, 1> gradient = Eigen::Matrix<double, 6, 1>::Zero();
};

/// \param pivot_mm in the moving image: the point that rotations in the gradient turn about
Similarity similarity(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& moving_from_fixed,
                      const Eigen::Vector3d& pivot_mm, const SimilarityOptions& options, bool with_gradient);

/// What moving one sample on its own would do.
struct SampleSlope {
  std::size_t index = 0;                             ///< of the sample; only those that met usable voxels have one
  Eigen::Vector3d per_mm = Eigen::Vector3d::Zero();  ///< d value / d place in the moving image
};

/// The same for samples that each go their own way. \param moved_mm place of each sample in the moving image \param slopes replaced; in
/// index order
Similarity similarity_at(const SampleSet& fixed, const WorkImage& moving, const std::vector<Eigen::Vector3d>& moved_mm,
                         const SimilarityOptions& options, std::vector<SampleSlope>& slopes);

struct RefineOptions {
  SimilarityOptions similarity;
  int iterations = 40;
  double first_step_mm = 2.0;
  double last_step_mm = 0.005;  ///< stops when a step is smaller
  double lever_mm = 60.0;       ///< turning by 1/lever rad counts like shifting by 1 mm
  double least_overlap = 0.2;   ///< transforms with less are never entered
};

struct Refined {
  Eigen::Isometry3d moving_from_fixed = Eigen::Isometry3d::Identity();
  double value = 0.0;
  double overlap = 0.0;
  int iterations = 0;
};

/// Climbs to the nearest maximum of similarity over rigid transforms (BFGS with backtracking).
/// \param pivot_fixed_mm a point of the fixed image that rotations turn about: the middle of the samples
Refined refine(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& start, const Eigen::Vector3d& pivot_fixed_mm,
               const RefineOptions& options);

/// exp of a rotation vector.
Eigen::Matrix3d rotation_of(const Eigen::Vector3d& rotation_vector);

}  // namespace seedaudit
