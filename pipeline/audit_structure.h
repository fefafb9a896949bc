// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/metrics.h"
#include "dosimetry/supplement.h"
#include "pipeline/audit_dose.h"
#include "pipeline/audit_options.h"
#include "pipeline/case_contours.h"

/// Inside audit_dose only: the figures of one structure.
namespace seedaudit {

/// Seeds as dose sources, and the dose around them where a prescription says how far.
template <class F>
struct DosedImplant {
  std::vector<DoseSeed<F>> seeds;
  std::optional<IsodoseMap<F>> map;
};

/// What does not change from structure to structure.
struct DoseContext {
  const DoseAuditInput& in;
  const AuditOptions& options;
  DoseOptions dose;
  std::optional<EarlierSeeds> earlier;  ///< of another source, strength and date
  std::optional<DosedImplant<PlanFrame>> planned;
  std::optional<DosedImplant<CtFrame>> found;
  double out_of_site_pct = 0.0;
  std::uint64_t random_seed = 0;
};

/// Appends what the doses of planned and found seeds mean for one structure: an entry for each contour it has after the implant, or one of
/// the plan alone. Errors: those of the engine and of the contours.
Status audit_structure(const AuditedStructure& s, const DoseContext& c, DoseAuditOutcome& out);

}  // namespace seedaudit
