// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ct_volume.h"
#include "core/result.h"
#include "samples/phantom/hu_tissue.h"
#include "samples/phantom/surroundings.h"

/// A body known by its CT alone.
namespace seedaudit {

/// HU at a point, linear between voxels; air outside the volume.
double hu_at(const CtVolume& ct, const Eigen::Vector3d& p);

/// Centre of the largest ball of soft tissue: muscle, liver, heart. Errors: bad_scenario where no ball of half the radius fits.
Result<Point<CtFrame>> soft_tissue_center(const CtVolume& ct, double radius_mm);

/// What a CT tells of the surroundings of a target in it. Lung, fat and soft organ are told apart by the mean HU of a neighbourhood.
/// Volume and tissue must outlive the result.
Surroundings surroundings_of(const CtVolume& ct, const TargetShape& target, const HuTissue& tissue);

}  // namespace seedaudit
