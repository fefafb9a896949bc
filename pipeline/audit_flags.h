// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "pipeline/assign_seeds.h"
#include "pipeline/audit_dose.h"
#include "pipeline/decision_tables.h"
#include "pipeline/resolve_source.h"
#include "pipeline/tissue_regions.h"

namespace seedaudit {

/// What flags are raised from, beside the audit itself. Pointers may be null where the stage did not run.
struct FlagFacts {
  const Assignment* assignment = nullptr;
  const ResolvedSource* source = nullptr;
  const ImplantTiming* timing = nullptr;
  const DoseAuditOutcome* dose = nullptr;
  bool registration_needed = false;
  std::optional<Heterogeneity> heterogeneity;
  bool saturated = false;  ///< voxels at the highest HU that the series can store
};

/// Every flag of docs/report.md whose condition holds, in a fixed order. Reads the audit's figures, changes nothing.
std::vector<Flag> raise_flags(const CaseAudit& audit, const FlagFacts& facts, const SiteLimits& limits);

/// Codes of raised flags that question the method or the input, so that a person should look before the numbers are used.
std::vector<std::string> method_limits(const std::vector<Flag>& flags);

}  // namespace seedaudit
