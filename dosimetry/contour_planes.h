// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <vector>

#include "core/result.h"
#include "dosimetry/planar_region.h"
#include "dosimetry/structure_volume.h"

namespace seedaudit {

/// One plane's contours and the thickness that they stand for, along the stack's normal.
struct ContourSlab {
  PlanarRegion region;
  double low_mm = 0.0, high_mm = 0.0;
  double plane_mm = 0.0;
};

/// Contours of one structure sorted into parallel planes, in coordinates of their own: x and y in the plane, z along the normal.
struct ContourStack {
  Eigen::Vector3d origin_mm = Eigen::Vector3d::Zero();
  Eigen::Matrix3d from_patient = Eigen::Matrix3d::Identity();  ///< rows: x, y, z of the stack
  std::vector<ContourSlab> slabs;                              ///< ascending, without overlap
  double spacing_mm = 0.0;
  Warnings warnings;

  Eigen::Vector3d to_stack(const Eigen::Vector3d& patient_mm) const { return from_patient * (patient_mm - origin_mm); }
  Eigen::Vector3d to_patient(const Eigen::Vector3d& stack_mm) const { return origin_mm + from_patient.transpose() * stack_mm; }
};

/// \param contours points in mm, one list a contour
Result<ContourStack> stack_contours(const std::string& name, const std::vector<std::vector<Eigen::Vector3d>>& contours,
                                    const StructureOptions& options);

}  // namespace seedaudit
