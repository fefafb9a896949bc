// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Geometry>

#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// The error of a registration that cannot be used. \param path of the file it stands in
Error registration_invalid(const std::string& path, std::string what);

/// A rigid motion from 12 or 16 numbers, row-major. Printed digits leave a rotation not quite orthonormal: the nearest rotation is taken.
/// Error registration_invalid: other than 12 or 16 finite numbers, a last row other than 0 0 0 1, not rigid within 1e-3, mirroring.
Result<Eigen::Isometry3d> rigid_matrix(const std::vector<double>& row_major, const std::string& path);

}  // namespace seedaudit
