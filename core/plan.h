// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/frames.h"
#include "core/result.h"
#include "core/strength.h"
#include "core/units.h"

namespace seedaudit {

struct PlannedSeed {
  int index = 0;  ///< 0-based in the plan file's order after duplicates are removed
  Point<PlanFrame> center;
  std::optional<Axis<PlanFrame>> axis;  ///< Control Point Orientation or, for needle channels, the line of the channel
  AirKermaU strength;                   ///< at strength_reference_date; 0 until resolve_strengths() where only an activity was stated
  std::optional<StatedStrength> stated_strength;  ///< as a seed list states it (CSV); DICOM states U
  int needle = 0;                                 ///< index into ImplantPlan::needle_names
};

/// A region of interest that the plan names as a target; number, name, or both.
struct TargetReference {
  std::optional<int> roi_number;
  std::string name;  ///< Dose Reference Description
};

/// A permanent implant as planned: DICOM RTPLAN, CSV seed list or case.json.
struct ImplantPlan {
  std::string label;
  std::string patient_id;
  std::string patient_name;
  std::string sop_instance_uid;
  std::string frame_of_reference_uid;
  std::string referenced_structure_set_uid;
  std::vector<PlannedSeed> seeds;
  std::vector<std::string> needle_names;
  std::string isotope;             ///< normalised: "I-125", "Pd-103", "Cs-131"; empty if not stated
  std::optional<Hours> half_life;  ///< as written in the plan
  std::string source_model_hint;   ///< SourceModelID, manufacturer and description as written
  std::optional<double> active_length_mm;
  std::optional<DateTime> strength_reference_date;
  std::optional<Gy> prescription;
  std::string target_roi_name;  ///< DoseReferenceDescription of the target, if any
  std::optional<int> target_roi_number;
  std::vector<TargetReference> targets;  ///< every target of this prescription, the one above first: several lesions have several
  int duplicates_removed = 0;
  std::string path;
  Warnings warnings;
};

}  // namespace seedaudit
