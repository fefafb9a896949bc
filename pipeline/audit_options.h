// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/audit_report.h"
#include "core/dose.h"
#include "core/result.h"
#include "detectors/detector_options.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/metrics.h"
#include "dosimetry/supplement.h"
#include "pipeline/decision_tables.h"
#include "pipeline/dose_uncertainty.h"
#include "registration/register_volumes.h"

namespace seedaudit {

/// How plan and scan are brought into one frame when nothing else decides it (a plan on the scan itself, a given transform).
enum class RegistrationMode {
  automatic,   ///< rigid, local to the target; deformed where one rigid motion does not explain the target's neighbourhood
  rigid,       ///< rigid, local to the target
  deformable,  ///< rigid, local to the target, and deformed in any case
  none         ///< not at all: what needs it is not computed
};
std::string_view to_string(RegistrationMode v);

/// How found seeds are assigned to planned ones.
struct MatchOptions {
  /// Seeds are first assigned within this distance; only what is left then is assigned without a limit, so that a seed that travelled far
  /// cannot push its neighbours off their places. Larger values let far seeds compete with near ones.
  double gate_mm = 30.0;

  Status check() const;
};

struct AuditOptions {
  DetectorOptions detector;
  RegistrationMode registration_mode = RegistrationMode::automatic;
  RegistrationOptions registration;
  MatchOptions matching;
  /// Orientation-resolved (2-D) or orientation-averaged (1-D) dose, for plan and found seeds alike.
  DoseFormalism formalism = DoseFormalism::line_2d;
  /// How source tables are read between and beyond their entries.
  InterpolationRules rules = InterpolationRules::s1;
  DvhOptions dvh;
  IsodoseOptions isodose;
  RadiobiologyParameters radiobiology;
  UncertaintyOptions uncertainty;
  SupplementOptions supplement;
  SiteLimits limits;

  /// The first invalid option of any part, quoting it.
  Status check() const;
};

}  // namespace seedaudit
