// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/audit_report.h"
#include "core/implant_case.h"
#include "core/result.h"
#include "dosimetry/dose_engine.h"
#include "pipeline/audit_options.h"
#include "pipeline/case_contours.h"
#include "pipeline/earlier_implant.h"
#include "pipeline/resolve_source.h"

namespace seedaudit {

/// Everything that the dose of one implant depends on. Pointers are never null.
struct DoseAuditInput {
  const ImplantCase* implant = nullptr;  ///< strengths resolved to U
  const ResolvedSource* source = nullptr;
  const ImplantTiming* timing = nullptr;
  std::optional<Gy> prescription;
  const std::vector<SeedAudit>* seeds = nullptr;
  const Detection* detection = nullptr;  ///< how sure they are, and what else may be a seed
  const CaseContours* contours = nullptr;
  double registration_tre_mm = 0.0;  ///< of the contours that are mapped
  /// Seeds of an earlier implant with what their dose is computed from; null: none, or not placed.
  const PlacedEarlier* earlier = nullptr;
  const EarlierBasics* earlier_basics = nullptr;
};

/// Figures of one structure that the verdict needs and the report's structure does not carry.
struct StructureJudgement {
  std::optional<double> largest_cold_region_cc;          ///< below SiteLimits::cold_dose_pct
  std::optional<double> deciding_value, deciding_limit;  ///< the figure that fitted the verdict's row, and its limit
  bool holds_target = false;                             ///< an organ around a target: part of it was meant to receive the prescription
  std::vector<Structure<CtFrame>> cold_outlines;         ///< of a target's cold regions on the slices of the scan
};

struct DoseAuditOutcome {
  DoseAudit dose;
  std::vector<StructureJudgement> judgements;       ///< one per dose.structures entry
  std::optional<DoseGrid<CtFrame>> grid;            ///< around the found seeds
  std::optional<DoseGrid<PlanFrame>> planned_grid;  ///< around the planned seeds, in the plan's frame
  std::vector<DoseSeed<CtFrame>> found_seeds;       ///< with their strengths, as the dose was computed from them
  Warnings warnings;
  double total_strength_u = 0.0;        ///< of the seeds found
  double out_of_site_strength_u = 0.0;  ///< of those that migrated or embolised
};

/// Dose to infinity of the planned poses on the contours as planned and of the found poses on the contours as mapped and as drawn after the
/// implant, by one engine, one source model and one half-life; figures, differences, cold regions, sectors, uncertainty and verdict.
/// Whatever the missing part needs is absent: without found seeds there is no post-op dose, without a mapped or drawn contour no post-op
/// figure of it.
Result<DoseAuditOutcome> audit_dose(const DoseAuditInput& input, const AuditOptions& options, const Progress& progress = {});

/// Strength of each found seed at implant, U: of its planned seed, else the mean of the plan, else what was given for every seed or for the
/// seed itself. Empty where no strength is known.
std::vector<AirKermaU> strengths_at_implant(const ImplantCase& implant, const std::vector<SeedAudit>& seeds, const ImplantTiming& timing);

}  // namespace seedaudit
