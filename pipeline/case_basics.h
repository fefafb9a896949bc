// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/implant_case.h"
#include "core/result.h"
#include "pipeline/case_contours.h"
#include "pipeline/earlier_implant.h"
#include "pipeline/resolve_source.h"

namespace seedaudit {

/// What a dose is computed from, beside positions.
struct DoseBasics {
  ResolvedSource source;
  ImplantTiming timing;
  Gy prescription;
};

/// Everything that is settled before the long work: what can be refused is refused here.
struct CaseBasics {
  std::optional<DoseBasics> dose;        ///< absent where the case holds neither a plan nor a strength: positions and counts only
  std::optional<EarlierBasics> earlier;  ///< where the case has an earlier implant
  CaseContours contours;
  Warnings warnings;
};

/// Settles source, strengths (in U, in the case itself), dates, prescription and contours.
/// Errors: no_postop_ct, plan_without_strength, plan_without_isotope, unknown_source, source_invalid, prescription_missing,
/// date_implausible, invalid_option, structures_invalid.
Result<CaseBasics> settle_basics(ImplantCase& implant, const std::string& site);

/// Whether something of the case is drawn or planned in the pre-op image's frame, so that judging it needs that frame.
bool lies_in_plan_frame(const ImplantCase& c);

}  // namespace seedaudit
