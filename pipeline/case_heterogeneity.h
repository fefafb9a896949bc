// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/audit_report.h"
#include "core/implant_case.h"
#include "pipeline/audit_dose.h"
#include "pipeline/case_contours.h"
#include "pipeline/tissue_regions.h"

namespace seedaudit {

/// What makes dose in water doubtful around the targets of a case.
struct CaseHeterogeneity {
  bool judged = false;                       ///< there was a target to look at, on a scan whose HU can be trusted
  Heterogeneity worst;                       ///< the largest of all targets
  std::vector<Point<CtFrame>> dense_places;  ///< dense voxels of the targets, as far as they are known in the post-op frame
};

/// From the pre-op CT, where no metal of the implant disturbs; else from the post-op CT around the seeds. Magnetic resonance has no HU, and
/// a scan whose HU scale is in doubt (core/hu_scale) is not asked.
CaseHeterogeneity case_heterogeneity(const ImplantCase& implant, const CaseContours& contours, const Detection& detection,
                                     const PlanRegistration& registration);

/// The same with what depends on the dose: how much of the dense volume receives the prescription, and the shadow of seeds on another.
HeterogeneityAudit heterogeneity_and_dose(const CaseHeterogeneity& heterogeneity, const CaseContours& contours, const SourceModel& source,
                                          const DoseAuditOutcome& dose);

}  // namespace seedaudit
