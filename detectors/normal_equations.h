// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace seedaudit {

/// Weighted derivatives of a residual by each parameter, and what a Gauss-Newton step needs of them.
class NormalEquations {
 public:
  NormalEquations(std::size_t voxels, std::size_t columns);
  /// Derivatives by one parameter, one value a voxel, to be filled.
  float* column(std::size_t n) { return values_.data() + n * stride_; }
  /// Residual, one value a voxel, to be filled.
  float* residual() { return values_.data() + columns_ * stride_; }
  /// J^T J and J^T r; summed in single precision in eight parts, in a fixed order.
  void products(Eigen::MatrixXd& hessian, Eigen::VectorXd& gradient) const;

 private:
  std::size_t columns_, stride_;  ///< voxels, filled up with zeros
  std::vector<float> values_;
};

}  // namespace seedaudit
