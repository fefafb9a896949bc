// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/audit_report.h"
#include "core/fusion_plane.h"
#include "core/implant_case.h"
#include "core/progress.h"
#include "core/result.h"
#include "core/structures.h"
#include "pipeline/audit_options.h"

namespace seedaudit {

/// A finished audit, and what a picture of it needs.
struct AuditedCase {
  CaseAudit audit;
  std::vector<CtVolume> postop;                   ///< the case's own post-op series
  std::vector<Structure<CtFrame>> targets;        ///< as judged: drawn on the scan where that was given, else mapped; empty if neither
  std::vector<Structure<CtFrame>> organs;         ///< at risk, as judged, likewise
  std::vector<Structure<CtFrame>> cold_outlines;  ///< of the cold regions of judged_targets(), in their order and each one's
  std::vector<FusionPlane> fusion;                ///< both scans through the target; empty where they were not registered
  bool preop_is_ct = true;                        ///< whether the pre-op values of `fusion` are HU
  std::optional<DoseGrid<CtFrame>> dose;          ///< around the found seeds, to infinity
  std::optional<CtVolume> preop;                  ///< the pre-op image around the target, mapped onto the scan; absent as `fusion`
  std::optional<DoseGrid<CtFrame>> planned_dose;  ///< of the planned seeds, mapped onto the grid of `dose`, up to 3276 Gy
  std::vector<AirKermaU> strengths;               ///< at implant, one a seed of audit.seeds; empty where none is known
};

/// The whole audit of one implant in memory: detection, registration, assignment, dose of plan and of found seeds by one engine, metrics,
/// status and verdict (docs/algorithms/status_and_verdict.md). Takes the case; the pre-op image is freed as soon as it is registered.
///
/// What a stage could not do is an absent value with a flag, never a guess: behind an unusable registration no figure of a mapped target
/// is given.
/// Errors, all before the long work starts: plan_without_strength, plan_without_isotope, unknown_source, source_invalid,
/// prescription_missing, date_implausible, invalid_option, no_postop_ct, structures_invalid. A review that does not fit what is found is
/// refused (review_invalid) as soon as that is known.
Result<AuditedCase> audit_case(ImplantCase implant, const AuditOptions& options, const Progress& progress = {});

}  // namespace seedaudit
