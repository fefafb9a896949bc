// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/similarity.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6>;

/// The similarity of fixed samples with one image as a function of the transform; what does not depend on it is made once.
class RigidSimilarity {
 public:
  RigidSimilarity(const SampleSet& fixed, const WorkImage& moving, const SimilarityOptions& options)
      : fixed_(fixed), grid_(moving.grid), histogram_(fixed, moving, options) {}

  /// Value and overlap; the gradient, where it will be wanted, is left to gradient().
  Similarity evaluate(const Eigen::Isometry3d& moving_from_fixed, bool with_gradient) {
    const Eigen::Matrix3d to_index = grid_.spacing_mm.cwiseInverse().asDiagonal() * grid_.direction.transpose();
    const Eigen::Matrix3d linear = to_index * moving_from_fixed.linear();
    const Eigen::Vector3d shift = to_index * (moving_from_fixed.translation() - grid_.origin_mm);
    const Eigen::Vector3d x_axis = linear.col(0), y_axis = linear.col(1), z_axis = linear.col(2);
    for (std::size_t s = 0; s < fixed_.mm.size(); ++s) {
      const Eigen::Vector3d mm = fixed_.mm[s].cast<double>();
      const Eigen::Vector3d index = shift + x_axis * mm.x() + y_axis * mm.y() + z_axis * mm.z();
      histogram_.places[s] = index.cast<float>();
    }
    histogram_.evaluate(with_gradient);
    Similarity out;
    out.value = histogram_.value();
    out.overlap = histogram_.overlap();
    return out;
  }

  /// Of the last evaluate(). \param pivot_mm in the moving image
  Vector6 gradient(const Eigen::Vector3d& pivot_mm) {
    // In the axes of the moving image, in mm: a right-handed turn of the frame, which turns forces and torques alike.
    const Eigen::Vector3f spacing = grid_.spacing_mm.cast<float>(), per_mm = spacing.cwiseInverse();
    const Eigen::Vector3f pivot = grid_.index_of(pivot_mm).cast<float>();
    Eigen::Vector3d force = Eigen::Vector3d::Zero(), torque = Eigen::Vector3d::Zero();
    for (const JointHistogram::Slope& s : histogram_.slopes()) {
      const Eigen::Vector3f arm = (histogram_.places[s.sample] - pivot).cwiseProduct(spacing);
      const Eigen::Vector3f pull = s.per_index.cwiseProduct(per_mm);
      force += pull.cast<double>();
      torque += arm.cross(pull).cast<double>();
    }
    Vector6 out;
    out << grid_.direction * force, grid_.direction * torque;
    return out;
  }

 private:
  const SampleSet& fixed_;
  const WorkGrid& grid_;
  JointHistogram histogram_;
};

}  // namespace

Eigen::Matrix3d rotation_of(const Eigen::Vector3d& rotation_vector) {
  const double angle = rotation_vector.norm();
  if (!(angle > 1e-12)) return Eigen::Matrix3d::Identity();
  return Eigen::AngleAxisd(angle, rotation_vector / angle).toRotationMatrix();
}

Similarity similarity(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& moving_from_fixed,
                      const Eigen::Vector3d& pivot_mm, const SimilarityOptions& options, bool with_gradient) {
  RigidSimilarity measure(fixed, moving, options);
  Similarity out = measure.evaluate(moving_from_fixed, with_gradient);
  if (with_gradient) out.gradient = measure.gradient(pivot_mm);
  return out;
}

Similarity similarity_at(const SampleSet& fixed, const WorkImage& moving, const std::vector<Eigen::Vector3d>& moved_mm,
                         const SimilarityOptions& options, std::vector<SampleSlope>& slopes) {
  JointHistogram histogram(fixed, moving, options);
  for (std::size_t s = 0; s < moved_mm.size(); ++s) histogram.places[s] = moving.grid.index_of(moved_mm[s]).cast<float>();
  histogram.evaluate(true);
  Similarity out;
  out.value = histogram.value();
  out.overlap = histogram.overlap();
  const Eigen::Matrix3d to_mm = moving.grid.direction * moving.grid.spacing_mm.cwiseInverse().asDiagonal();
  slopes.clear();
  slopes.reserve(histogram.slopes().size());
  for (const JointHistogram::Slope& s : histogram.slopes()) slopes.push_back({s.sample, to_mm * s.per_index.cast<double>()});
  return out;
}

Refined refine(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& start, const Eigen::Vector3d& pivot_fixed_mm,
               const RefineOptions& options) {
  Refined best;
  best.moving_from_fixed = start;
  RigidSimilarity measure(fixed, moving, options.similarity);
  // Of the transform last evaluated: a step that is not taken needs no gradient.
  const auto gradient = [&](const Eigen::Isometry3d& t) {
    Vector6 g = measure.gradient(t * pivot_fixed_mm);
    g.tail<3>() /= options.lever_mm;  // now per mm of lever
    return g;
  };
  // A step in (mm, mm of lever), applied on the moving side about the moving pivot.
  const auto stepped = [&](const Eigen::Isometry3d& t, const Vector6& step) {
    const Eigen::Vector3d pivot = t * pivot_fixed_mm;
    const Eigen::Matrix3d turn = rotation_of(step.tail<3>() / options.lever_mm);
    Eigen::Isometry3d next = Eigen::Isometry3d::Identity();
    next.linear() = turn * t.linear();
    next.translation() = turn * (t.translation() - pivot) + pivot + step.head<3>();
    return next;
  };
  Similarity now = measure.evaluate(start, true);
  best.value = now.value;
  best.overlap = now.overlap;
  if (now.overlap < options.least_overlap) return best;
  now.gradient = gradient(start);

  Matrix6 inverse_hessian = Matrix6::Identity();
  bool scaled = false;
  int short_steps = 0;
  for (int it = 0; it < options.iterations; ++it) {
    best.iterations = it + 1;
    Vector6 step = inverse_hessian * now.gradient;
    if (!scaled || !(step.dot(now.gradient) > 0.0)) {
      const double norm = now.gradient.norm();
      if (!(norm > 1e-12)) break;
      step = now.gradient * (options.first_step_mm / norm);
      inverse_hessian = Matrix6::Identity() * (options.first_step_mm / norm);
      scaled = true;
    }
    const double limit = 4.0 * options.first_step_mm;
    if (step.norm() > limit) step *= limit / step.norm();
    double length = 1.0;
    Similarity next;
    Eigen::Isometry3d candidate;
    bool found = false;
    for (int tries = 0; tries < 12; ++tries, length *= 0.5) {
      if (length * step.norm() < options.last_step_mm * 0.5) break;
      candidate = stepped(best.moving_from_fixed, length * step);
      next = measure.evaluate(candidate, true);
      if (next.overlap >= options.least_overlap && next.value > now.value + 1e-4 * length * step.dot(now.gradient)) {
        found = true;
        break;
      }
    }
    if (!found) {
      if (inverse_hessian.isApprox(Matrix6::Identity() * inverse_hessian(0, 0))) break;
      // The curvature is stale: once more along the gradient.
      const double norm = now.gradient.norm();
      if (!(norm > 1e-12)) break;
      inverse_hessian = Matrix6::Identity() * (0.25 * options.first_step_mm / norm);
      continue;
    }
    next.gradient = gradient(candidate);
    const Vector6 moved = length * step;
    const Vector6 change = now.gradient - next.gradient;  // of the negated function, to be minimised
    const double bend = moved.dot(change);
    if (bend > 1e-14) {
      const double rho = 1.0 / bend;
      const Matrix6 left = Matrix6::Identity() - rho * moved * change.transpose();
      inverse_hessian = left * inverse_hessian * left.transpose() + rho * moved * moved.transpose();
    }
    best.moving_from_fixed = candidate;
    best.value = next.value;
    best.overlap = next.overlap;
    now = next;
    // One short step may only mean that the curvature along it was not known.
    short_steps = moved.norm() < options.last_step_mm ? short_steps + 1 : 0;
    if (short_steps == 2) break;
  }
  return best;
}

}  // namespace seedaudit
