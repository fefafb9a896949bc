// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/normal_equations.h"

#include <array>

#include "detectors/simd_clones.h"

namespace seedaudit {
namespace {

constexpr std::size_t kAtOnce = 4;  // columns that share a pass over another one

// Products of one column with up to four others, each summed in eight lanes.
SEEDAUDIT_SIMD_CLONES void four_products(const float* a, const float* b, std::size_t stride, std::size_t count, double* out) {
  Float8 s0{}, s1{}, s2{}, s3{};
  for (std::size_t v = 0; v < count; v += kLanes) {
    const Float8 x = lanes_at(a + v);
    s0 += x * lanes_at(b + v);
    s1 += x * lanes_at(b + stride + v);
    s2 += x * lanes_at(b + 2 * stride + v);
    s3 += x * lanes_at(b + 3 * stride + v);
  }
  for (std::size_t n = 0; n < kLanes; ++n) {
    out[0] += static_cast<double>(s0[n]);
    out[1] += static_cast<double>(s1[n]);
    out[2] += static_cast<double>(s2[n]);
    out[3] += static_cast<double>(s3[n]);
  }
}

SEEDAUDIT_SIMD_CLONES double one_product(const float* a, const float* b, std::size_t count) {
  Float8 s{};
  for (std::size_t v = 0; v < count; v += kLanes) s += lanes_at(a + v) * lanes_at(b + v);
  double sum = 0.0;
  for (std::size_t n = 0; n < kLanes; ++n) sum += static_cast<double>(s[n]);
  return sum;
}

}  // namespace

NormalEquations::NormalEquations(std::size_t voxels, std::size_t columns)
    : columns_(columns), stride_((voxels + kLanes - 1) / kLanes * kLanes), values_((columns + 1) * stride_, 0.0F) {}

void NormalEquations::products(Eigen::MatrixXd& hessian, Eigen::VectorXd& gradient) const {
  for (std::size_t a = 0; a <= columns_; ++a) {
    const float* x = values_.data() + a * stride_;
    // The residual stands behind the columns, so its products with them are the gradient.
    const std::size_t end = a < columns_ ? a + 1 : columns_;
    const auto set = [&](std::size_t b, double value) {
      const auto i = static_cast<Eigen::Index>(a), j = static_cast<Eigen::Index>(b);
      if (a == columns_)
        gradient[j] = value;
      else
        hessian(i, j) = hessian(j, i) = value;
    };
    std::size_t b = 0;
    for (; b + kAtOnce <= end; b += kAtOnce) {
      std::array<double, kAtOnce> sums{};
      four_products(x, values_.data() + b * stride_, stride_, stride_, sums.data());
      for (std::size_t n = 0; n < kAtOnce; ++n) set(b + n, sums[n]);
    }
    for (; b < end; ++b) set(b, one_product(x, values_.data() + b * stride_, stride_));
  }
}

}  // namespace seedaudit
