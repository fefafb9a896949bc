// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/dose.h"
#include "core/planning_histogram.h"
#include "core/result.h"
#include "report/dicom_common.h"

namespace seedaudit {

struct DoseWriteOptions {
  /// 16 or 32 bits a voxel; one step of the stored number is max dose / (2^bits - 1), rounded up to what a Decimal String holds.
  int bits = 32;
  /// Doses above this are stored as this: a few voxels beside seeds otherwise cost the resolution of all others. Absent: no limit.
  std::optional<double> cap_gy;
  /// RT Plan the dose belongs to; empty: dose summation type PLAN needs it and the sequence is left out.
  std::string referenced_plan_uid;
  /// Grid Frame Offset Vector as positions along the normal instead of relative to the first frame (both occur in archives).
  bool absolute_frame_offsets = false;
  /// Stored as the DVH Sequence: cumulative, Gy, volumes in cc where stated, else in percent.
  std::vector<PlanningHistogram> histograms;
  /// Structure set that the ROI numbers of the histograms belong to; empty: not stated.
  std::string referenced_structure_set_uid;

  /// Dose Comment: what a reader of the stored numbers must know, e.g. the cap; empty: left out.
  std::string comment = {};

  Status check() const;
};

/// Writes a dose grid as RT Dose Storage, Gy, PHYSICAL. dose.sop_instance_uid and frame_of_reference_uid are used where given.
/// Errors: invalid_option (empty grid, negative or non-finite dose), output_unwritable.
template <class F>
Result<WrittenInstance> write_dose(const DoseGrid<F>& dose, const DicomHeader& header, const std::filesystem::path& file,
                                   const DoseWriteOptions& options = {});

extern template Result<WrittenInstance> write_dose(const DoseGrid<CtFrame>&, const DicomHeader&, const std::filesystem::path&,
                                                   const DoseWriteOptions&);
extern template Result<WrittenInstance> write_dose(const DoseGrid<PlanFrame>&, const DicomHeader&, const std::filesystem::path&,
                                                   const DoseWriteOptions&);

}  // namespace seedaudit
