// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/normal_equations.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace seedaudit::test {

TEST_CASE("Products of columns are those of the matrices") {
  // A number of voxels that fills no eight lanes, and of columns that fills no four.
  constexpr std::size_t kVoxels = 1003, kColumns = 18;
  NormalEquations normal(kVoxels, kColumns);
  Eigen::MatrixXd j(kVoxels, kColumns);
  Eigen::VectorXd r(kVoxels);
  for (std::size_t v = 0; v < kVoxels; ++v) {
    const auto row = static_cast<Eigen::Index>(v);
    for (std::size_t n = 0; n < kColumns; ++n) {
      normal.column(n)[v] = static_cast<float>(std::sin(0.7 * static_cast<double>(v * (n + 1))));
      j(row, static_cast<Eigen::Index>(n)) = static_cast<double>(normal.column(n)[v]);
    }
    normal.residual()[v] = static_cast<float>(std::cos(0.3 * static_cast<double>(v)));
    r[row] = static_cast<double>(normal.residual()[v]);
  }
  Eigen::MatrixXd hessian(kColumns, kColumns);
  Eigen::VectorXd gradient(kColumns);
  normal.products(hessian, gradient);
  // Sums of a thousand products below one in single precision, an eighth of them in a lane: 125 roundings of 6e-8 of at most 125.
  CHECK((hessian - j.transpose() * j).cwiseAbs().maxCoeff() < 1e-3);
  CHECK((gradient - j.transpose() * r).cwiseAbs().maxCoeff() < 1e-3);
  CHECK(hessian == hessian.transpose());
}

}  // namespace seedaudit::test
