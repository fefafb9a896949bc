// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/implant_case.h"
#include "core/result.h"
#include "core/warp.h"
#include "dosimetry/structure_volume.h"
#include "pipeline/assign_seeds.h"

namespace seedaudit {

/// One structure of the audit in every form in which it exists.
struct AuditedStructure {
  std::string name;
  StructureRole role = StructureRole::target;
  std::optional<int> preop_roi_number;               ///< in the pre-op structure set
  std::optional<StructureVolume<PlanFrame>> preop;   ///< as drawn on the pre-op image
  std::optional<StructureVolume<CtFrame>> mapped;    ///< the same, carried into the post-op frame; absent until map_contours
  std::optional<StructureVolume<CtFrame>> postop;    ///< as drawn on the post-op scan
  std::optional<Structure<CtFrame>> mapped_outline;  ///< outlines, for pictures
  std::optional<Structure<CtFrame>> postop_outline;

  /// As judged: drawn on the scan where that was given, else mapped.
  const StructureVolume<CtFrame>* judged() const { return postop ? &*postop : mapped ? &*mapped : nullptr; }
};

struct CaseContours {
  std::vector<AuditedStructure> structures;  ///< targets first, in the order of ImplantCase::targets, then organs at risk
  std::optional<AuditedStructure> organ;     ///< the site organ
  std::vector<AuditedStructure> heart, great_vessels;
  Warnings warnings;

  bool has_target() const;
};

/// Builds the volumes of targets and organs at risk (ROIs of type ORGAN or AVOIDANCE). A post-op contour belongs to a target by the same
/// name; without one, by the same interpreted type where only one has it. An organ whose contours enclose nothing is left out with a
/// warning.
/// Errors: structures_invalid for a target.
Result<CaseContours> build_contours(const ImplantCase& implant, const std::string& site);

/// Carries the pre-op contours into the post-op frame. To be called with a usable registration only.
void map_contours(const ImplantCase& implant, const Warp<CtFrame, PlanFrame>& ct_from_plan, CaseContours& contours);

/// What is known in the post-op frame so far, for the assignment of seeds.
KnownContours known_contours(const CaseContours& contours);

}  // namespace seedaudit
