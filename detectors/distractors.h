// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ct_volume.h"
#include "detectors/calibration.h"
#include "detectors/candidates.h"

namespace seedaudit {

/// What an object that is no seed looks like; measured once, judged by name_distractor.
struct ObjectShape {
  double volume_mm3 = 0.0;
  double peak_hu = 0.0;
  double mass = 0.0;       ///< response integrated over the object, HU mm^3
  double length_mm = 0.0;  ///< 4 standard deviations along its longest principal axis
  double width_mm = 0.0;   ///< 4 standard deviations along the second
  double extent_mm = 0.0;  ///< diagonal of its box
  double clipped_fraction = 0.0;
  double shell_hu = 0.0;              ///< median 5-8 mm around it, in its slices
  double shell_dense_fraction = 0.0;  ///< of that shell above 180 HU
  double shell_air_fraction = 0.0;    ///< of that shell below -850 HU
  Eigen::Vector3d center_index = Eigen::Vector3d::Zero();
};

ObjectShape measure_object(const CtVolume& ct, const ScanStatistics& scan, const CandidateRegion& region);

/// The name for the report: external, bone, stent, needle, wire, coil, clip, calcification, lipiodol, contrast, noise
/// (docs/algorithms/detection.md, "Names of what is no seed").
std::string name_distractor(const ObjectShape& o, const ScanCalibration& c);

}  // namespace seedaudit
