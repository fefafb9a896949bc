// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/result.h"
#include "detectors/count_seeds.h"

/// The tables by which an audit judges: status of a seed, of a missing seed, verdict on the dose, count against the record, trust in the
/// whole (docs/algorithms/status_and_verdict.md). Each is one list of rows in code, scanned in order. Pure functions of stated facts.
namespace seedaudit {

/// Limits of one body site; every figure a clinic may want to set. The defaults are those for the liver.
struct SiteLimits {
  std::string site = "liver";    ///< name of the organ; a contour whose name contains it is taken as the site organ
  double placed_mm = 10.0;       ///< a seed farther from its planned place is no longer "placed"; raise for sites with large needle errors
  double needle_line_mm = 5.0;   ///< a seed within this of its needle's line counts as on the needle
  double margin_mm = 10.0;       ///< growth of the target, and distance from tracks, within which a seed has not migrated
  double tre_factor = 3.0;       ///< the margin is at least this many times the registration error
  double far_mm = 30.0;          ///< beyond this from every target a seed has migrated whatever the tracks say
  double coverage_mm = 100.0;    ///< the scan must reach this far around the target before a seed can be called lost
  double urgent_d90_pct = 80.0;  ///< D90 below this percent of the prescription is urgent
  double red_d90_pct = 90.0;     ///< D90 below this percent is red; also the limit of the probability below
  double amber_d90_pct = 100.0;  ///< D90 below this percent is amber
  double red_v100_pct = 80.0;    ///< V100 below this is red
  double amber_v100_pct = 90.0;  ///< V100 below this is amber
  double amber_sector_v100_pct = 80.0;  ///< V100 of one sector below this is amber
  double amber_d90_drop_pct = 10.0;     ///< D90 more than this percent below the planned D90 is amber
  double red_probability = 0.5;         ///< red where P(D90 < red_d90_pct) exceeds this
  double cold_dose_pct = 50.0;          ///< a connected region of the target below this percent of the prescription is cold
  double cold_volume_cc = 1.0;          ///< a cold region larger than this is urgent
  double out_of_site_pct = 20.0;        ///< more than this percent of the strength out of the site is urgent
  double count_amber_seeds = 2.0;       ///< difference to the record that is amber at most, in seeds ...
  double count_amber_pct = 5.0;         ///< ... or in percent of the record, whichever is larger
  double sure_count = kSureCount;       ///< a count less likely right than this is for a person to look at
  double plan_goal_v100_pct = 95.0;     ///< a plan whose V100 is below this misses the planning goal
  double overdose_v150_pct = 70.0;      ///< V150 above this asks for a look
  double overdose_v200_pct = 40.0;      ///< V200 above this asks for a look
  double overdose_d90_pct = 130.0;      ///< D90 above this percent of the prescription asks for a look
  double target_change_pct = 20.0;      ///< target volume changed by more than this: dose before and after are not comparable
  double plan_dose_differs_pct = 5.0;   ///< D90 of the planning system differing more than this from ours asks for a look
  double thick_slice_mm = 3.0;          ///< slices thicker than this limit what the image can resolve

  Status check() const;
};

// --- Status of a seed -----------------------------------------------------------------------------------------------------------------

/// Where a seed lies: by what the CT shows around it, and for heart and great vessels by their contours.
enum class TissueRegion { tissue, lung, heart, great_vessel, bone, outside };
std::string_view to_string(TissueRegion v);

/// What is known of one found seed. Distances in mm; absent = unknown.
struct SeedFacts {
  bool frame_known = false;     ///< plan and target are known in the post-op frame: registration "ok", same frame, or post-op contours
  bool plan_or_target = false;  ///< there is a plan or a target to compare with
  TissueRegion region = TissueRegion::tissue;
  std::optional<bool> in_organ;           ///< inside the contour of the site organ; absent where nobody drew it
  std::optional<double> target_mm;        ///< distance to the nearest target surface, negative inside
  std::optional<double> track_mm;         ///< distance to the nearest planned or found needle track
  std::optional<double> displacement_mm;  ///< from the planned place; absent = no planned seed assigned
  std::optional<double> along_mm;         ///< part of the displacement along the needle, signed
  std::optional<double> across_mm;        ///< distance from the line of its own needle
  bool plan_present = false;              ///< there is a plan at all (without one no seed can be "unmatched")
  double registration_tre_mm = 0.0;       ///< estimated error of the registration at the target
};

struct SeedDecision {
  SeedStatus status = SeedStatus::undetermined;
  std::string reason;  ///< the row that fitted
};

/// First row that fits.
SeedDecision decide_seed_status(const SeedFacts& facts, const SiteLimits& limits);

// --- Status of a planned seed that was not found --------------------------------------------------------------------------------------

struct MissingFacts {
  bool recorded_as_implanted = false;  ///< the implant record says that this seed went in
  bool place_covered = false;          ///< its planned place lies in the scan
  bool surroundings_covered = false;   ///< the scan covers lung and target + coverage_mm on every side
};

MissingStatus decide_missing_status(const MissingFacts& facts);

// --- Verdict on the dose --------------------------------------------------------------------------------------------------------------

/// What is known of the dose to one target. Absent figures fit no row.
struct DoseFacts {
  std::optional<double> d90_pct_of_rx;
  std::optional<double> v100_pct;
  std::optional<double> lowest_sector_v100_pct;
  std::optional<double> d90_below_planned_pct;        ///< how far D90 lies below the planned D90, percent of the planned
  std::optional<double> probability_d90_below_limit;  ///< P(D90 < red_d90_pct of the prescription)
  std::optional<double> largest_cold_region_cc;       ///< largest connected region below cold_dose_pct
  std::optional<double> out_of_site_strength_pct;
};

struct VerdictDecision {
  Verdict verdict = Verdict::not_assessed;
  std::string reason;           ///< the worst row that fitted, with the figure
  std::optional<double> value;  ///< the figure that fitted it
  std::optional<double> limit;  ///< and its limit
};

/// Worst row that fits; not_assessed where D90 or V100 is unknown.
VerdictDecision decide_verdict(const DoseFacts& facts, const SiteLimits& limits);

/// red and urgent ask for action, amber for a look.
Severity severity_of(Verdict verdict);

// --- Count against the record ---------------------------------------------------------------------------------------------------------

enum class CountAgreement { agrees, amber, red };

/// \param recorded seeds that the record says were implanted (or were planned, where there is no record); > 0
CountAgreement compare_count(int found, int recorded, const SiteLimits& limits);

// --- Trust in the whole audit ---------------------------------------------------------------------------------------------------------

struct TrustFacts {
  int seeds_found = 0;
  bool registration_needed = false;   ///< plan or contours lie in another frame than the post-op CT
  bool registration_possible = true;  ///< there was something to register (pre-op image or given transform) and it was not switched off
  OutcomeKind registration = OutcomeKind::not_run;
  bool plan_present = false;
  bool contours_present = false;
  bool dose_computed = false;
  OutcomeKind detection = OutcomeKind::not_run;
  bool count_sure = false;                 ///< Detection::count_chance reaches SiteLimits::sure_count
  std::optional<CountAgreement> record;    ///< against the implant record
  std::optional<int> planned;              ///< seeds of the plan
  bool count_confirmed = false;            ///< by a reviewer
  std::vector<std::string> method_limits;  ///< codes of raised flags that question method or input: HETEROGENEITY, TOTAL_KERMA, ...
};

struct TrustDecision {
  AuditStatus status = AuditStatus::failed;
  std::string reason;
};

/// Whether the numbers may be used: failed, else review with every reason that fits, else ok.
TrustDecision decide_trust(const TrustFacts& facts);

/// Exit status of `seedaudit run` for a finished audit: 0 for ok and review, 4 for failed.
int exit_status(AuditStatus status);

}  // namespace seedaudit
