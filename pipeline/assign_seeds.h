// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/implant_case.h"
#include "core/plan.h"
#include "core/warp.h"
#include "dosimetry/structure_volume.h"
#include "pipeline/audit_options.h"
#include "pipeline/needle_tracks.h"
#include "pipeline/tissue_regions.h"

namespace seedaudit {

/// Contours that are known in the post-op frame: drawn on the scan, or mapped by a usable registration.
struct KnownContours {
  std::vector<StructureVolume<CtFrame>> targets;
  std::vector<StructureVolume<CtFrame>> organ;  ///< the site organ, where somebody drew it
  std::vector<StructureVolume<CtFrame>> heart, great_vessels;
};

/// What assignment looks at. Pointers are never null except plan and ct_from_plan, which are absent together or not usable.
struct AssignmentInput {
  const Detection* detection = nullptr;
  const std::vector<CtVolume>* postop = nullptr;
  const KnownContours* contours = nullptr;
  const ImplantPlan* plan = nullptr;                     ///< null: no plan
  std::optional<Warp<CtFrame, PlanFrame>> ct_from_plan;  ///< absent: plan and scan are not in one frame
  bool frame_trusted = false;  ///< the transform's outcome is "ok", or none is needed, and the scan's HU tell lung from tissue
  double registration_tre_mm = 0.0;
  RecordCounts records;
};

struct Assignment {
  std::vector<SeedAudit> seeds;  ///< in the order of the detection
  std::vector<MissingSeed> missing;
  std::vector<std::string> reasons;  ///< of each seed's status
  std::optional<Eigen::Vector3d> shift_mm;
  std::optional<double> rotation_deg;
  std::optional<Coverage> coverage;  ///< absent where no target is known in the scan's frame
};

/// Found seeds to planned seeds, one to one (docs/algorithms/matching.md), displacement along and across the needle, the implant's common
/// shift, and the status of every found and missing seed.
Assignment assign_seeds(const AssignmentInput& input, const MatchOptions& matching, const SiteLimits& limits);

}  // namespace seedaudit
