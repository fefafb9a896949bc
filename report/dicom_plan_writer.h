// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/plan.h"
#include "core/result.h"
#include "report/dicom_common.h"

namespace seedaudit {

/// How planning systems arrange seeds; all three are met in archives.
enum class PlanLayout {
  channel_per_seed,    ///< one application setup, a channel a seed
  channel_per_needle,  ///< one application setup, a channel a needle, a control point pair a seed, total time = seeds x mean life
  setup_per_seed       ///< an application setup with one channel for each seed
};

struct PlanWriteOptions {
  PlanLayout layout = PlanLayout::channel_per_seed;
  /// Application Setup Type; the defined terms of DICOM name no percutaneous liver implant.
  std::string application_setup_type = "UNDEFINED";
  /// Source Model ID (300A,021B); empty: left out.
  std::string source_model_id;
  std::string source_manufacturer;
  /// Active diameter, mm: information only.
  double active_diameter_mm = 0.5;
  /// Wall of the capsule, mm: information only.
  double encapsulation_mm = 0.05;
  /// Control Point 3D Position is left out when false, as some systems do; such a plan cannot be audited.
  bool write_positions = true;
  /// Reference Air Kerma Rate is left empty when false; such a plan needs a strength option.
  bool write_strength = true;

  Status check() const;
};

/// Writes a permanent implant as RT Plan Storage (C.8.8.15): technique PERMANENT, type LDR, channel total time = mean life in s, control
/// points in pairs at one place, sources with isotope, half-life, reference air kerma rate and reference date, Dose Reference with the
/// prescription and target ROI. Needs isotope, half_life, strength_reference_date and at least one seed. Header UIDs as in DicomHeader;
/// plan.sop_instance_uid and plan.frame_of_reference_uid are used where given.
/// Errors: invalid_option (plan lacks what the standard requires), output_unwritable.
Result<WrittenInstance> write_plan(const ImplantPlan& plan, const DicomHeader& header, const std::filesystem::path& file,
                                   const PlanWriteOptions& options = {});

}  // namespace seedaudit
