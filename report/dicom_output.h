// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/result.h"
#include "core/structures.h"
#include "core/units.h"

namespace seedaudit {

/// What the DICOM objects of one audit are made of; pointers may be null, except audit and postop, and must outlive the call.
struct DicomOutputInput {
  const CaseAudit* audit = nullptr;
  const CtVolume* postop = nullptr;         ///< its study, frame of reference and patient are those of the objects
  std::vector<Structure<CtFrame>> targets;  ///< as judged
  std::vector<Structure<CtFrame>> organs;   ///< at risk, as judged
  /// Targets whose planes are not those of the scan, drawn anew on its slices: for readers that take contours by slices. May be empty.
  std::vector<Structure<CtFrame>> targets_on_slices;
  /// Of the cold regions of judged_targets(), in their order and each one's; may be empty.
  std::vector<Structure<CtFrame>> cold_outlines;
  const DoseGrid<CtFrame>* dose = nullptr;
  std::vector<AirKermaU> strengths;  ///< at implant, one a seed of the audit; empty where none is known
  std::string pdf;                   ///< from pdf_report(); empty: no encapsulated PDF
  bool keep_identity = true;         ///< false: no name, and the pseudonym (or nothing) for the patient ID
  std::string pseudonym;
  int dose_bits = 16;  ///< or 32, with smaller steps, which some readers refuse
};

/// Doses above this many prescriptions are stored as that: beside a seed dose has no use, and 16 bits must serve the rest.
inline constexpr double kDoseCapInPrescriptions = 10.0;
/// The cap where no prescription is known, Gy.
inline constexpr double kDoseCapGy = 1500.0;

/// Writes dose.dcm (RT Dose with DVH Sequence), structures.dcm (RT Structure Set: targets, organs, targets on
/// slices, seeds, cold regions and their coldest places), plan.dcm (RT Plan of the
/// seeds as found), measurements.dcm (SR) and report.dcm (Encapsulated PDF) into `folder`/dicom. What cannot be made (no dose, no strength,
/// no date of implant) is left out and one of an earlier run removed. UIDs depend on the input alone. Errors: invalid_option,
/// output_unwritable.
Status write_dicom_output(const DicomOutputInput& input, const std::filesystem::path& folder);

}  // namespace seedaudit
