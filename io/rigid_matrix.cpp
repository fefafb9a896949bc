// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/rigid_matrix.h"

#include <Eigen/LU>
#include <Eigen/SVD>

#include <cmath>
#include <utility>

namespace seedaudit {

Error registration_invalid(const std::string& path, std::string what) {
  return Error{ErrorCode::registration_invalid, std::move(what), path,
               "a registration is a rigid 4x4 matrix, mm LPS, from pre-op into post-op coordinates"};
}

Result<Eigen::Isometry3d> rigid_matrix(const std::vector<double>& m, const std::string& path) {
  if (m.size() != 12 && m.size() != 16) return registration_invalid(path, "holds " + std::to_string(m.size()) + " numbers, not 12 or 16");
  Eigen::Matrix4d matrix = Eigen::Matrix4d::Identity();
  for (std::size_t i = 0; i < m.size(); ++i) {
    if (!std::isfinite(m[i])) return registration_invalid(path, "holds a number that is not finite");
    matrix(static_cast<Eigen::Index>(i / 4), static_cast<Eigen::Index>(i % 4)) = m[i];
  }
  if (!((matrix.row(3) - Eigen::RowVector4d(0, 0, 0, 1)).cwiseAbs().maxCoeff() < 1e-6))
    return registration_invalid(path, "the last row is not 0 0 0 1");
  const Eigen::Matrix3d r = matrix.topLeftCorner<3, 3>();
  if (!((r.transpose() * r - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-3))
    return registration_invalid(path, "the matrix is not rigid");
  if (!(r.determinant() > 0.0)) return registration_invalid(path, "the matrix mirrors");
  // Printed digits leave a rotation not quite orthonormal: the nearest rotation.
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(r, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Isometry3d iso = Eigen::Isometry3d::Identity();
  iso.linear() = svd.matrixU() * svd.matrixV().transpose();
  iso.translation() = matrix.topRightCorner<3, 1>();
  return iso;
}

}  // namespace seedaudit
