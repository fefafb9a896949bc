// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/implant_case.h"
#include "core/registration_result.h"
#include "core/result.h"
#include "core/seed.h"
#include "detectors/detector_options.h"
#include "dosimetry/dose_engine.h"
#include "pipeline/resolve_source.h"

/// Seeds of an earlier implant that are still in place: they look like new ones on CT, and add dose (docs/algorithms/earlier_implant.md).
namespace seedaudit {

/// What their dose is computed from beside places, settled by the rules of the implant under audit and from nothing of it.
struct EarlierBasics {
  ResolvedSource source;
  ImplantTiming timing;
  std::vector<AirKermaU> strengths_at_implant;  ///< of its own implant date, one a listed seed
  Warnings warnings;
};

/// Requires implant.earlier. Errors: plan_without_isotope, unknown_source, source_invalid, plan_without_strength, date_implausible (also
/// where it was implanted after the implant under audit).
Result<EarlierBasics> settle_earlier(const ImplantCase& implant);

/// Where the earlier seeds are in the post-op scan.
struct PlacedEarlier {
  bool placed = false;  ///< false: `why` says why not, nothing was told apart, and no dose is given
  std::string why;
  SeedListFrame frame = SeedListFrame::unstated;
  std::vector<DoseSeed<CtFrame>> seeds;  ///< in the order of the list, where they were found again, else where the list has them
  int found_again = 0;
  Warnings warnings;
};

/// Finds the listed seeds among what the scan shows, sets them aside as already_preop, and takes them out of implant.given_seeds where
/// those were given in place of a search. One to one, by least total distance; beyond half of the gate together with the planned seeds:
/// there a found seed is the earlier one only if that leaves no nearer new one without a place. Requires implant.earlier. Warnings:
/// EARLIER_NOT_PLACED, EARLIER_SEED_NOT_FOUND, EARLIER_OR_NEW_UNCLEAR.
PlacedEarlier place_earlier(ImplantCase& implant, const EarlierBasics& basics, const PlanRegistration& registration,
                            const DetectorOptions& options, Detection& detection);

/// What the report says of it.
EarlierImplantAudit report_of(const PlacedEarlier& placed, const EarlierBasics& basics);

}  // namespace seedaudit
