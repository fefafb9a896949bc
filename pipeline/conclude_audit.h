// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/progress.h"
#include "core/result.h"
#include "pipeline/audit_case.h"
#include "pipeline/audit_options.h"
#include "pipeline/case_basics.h"
#include "pipeline/case_contours.h"
#include "pipeline/case_heterogeneity.h"
#include "pipeline/earlier_implant.h"

namespace seedaudit {

/// What is settled before seeds are judged: the same for the program's findings and for reviewed ones. Pointers may be null where the case
/// has no such part.
struct SettledCase {
  ImplantCase* implant = nullptr;  ///< only its later scan is used up
  const CaseContours* contours = nullptr;
  const DoseBasics* basics = nullptr;
  const PlacedEarlier* earlier = nullptr;
  const EarlierBasics* earlier_basics = nullptr;
  const CaseHeterogeneity* heterogeneity = nullptr;
  bool saturated = false;
  bool postop_hu_doubtful = false;  ///< regions of seeds cannot be told
  bool registration_needed = false, registration_possible = false;
  double tre_mm = 0.0;
};

/// The second half of an audit, from audit.detection and audit.registration: assignment, dose, flags, verdict and status.
/// \param fields where dose grids and strengths go; null: only the figures are asked for, and no later scan is looked at
/// Errors: those of audit_dose.
Status conclude_audit(const SettledCase& c, const AuditOptions& options, const Progress& progress, CaseAudit& audit, AuditedCase* fields);

}  // namespace seedaudit
