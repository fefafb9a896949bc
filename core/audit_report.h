// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/case_review.h"
#include "core/ct_volume.h"
#include "core/date.h"
#include "core/dvh.h"
#include "core/dvh_band.h"
#include "core/follow_up.h"
#include "core/implant_case.h"
#include "core/planning_histogram.h"
#include "core/registration_result.h"
#include "core/result.h"
#include "core/seed.h"
#include "core/source_model.h"
#include "core/structures.h"
#include "core/supplement_advice.h"

/// What an audit concluded about one implant: the in-memory form of report.json (docs/report.md). Absent optional = null, and a flag or
/// warning says why.
namespace seedaudit {

enum class AuditStatus { ok, review, failed };
enum class Severity { info, warn, action };
enum class Verdict { not_assessed, green, amber, red, urgent };
enum class SeedStatus { placed, displaced, misplaced, migrated, embolised, unmatched, undetermined };
enum class MissingStatus { lost, not_found, undetermined };
enum class StructureRole { target, oar };
enum class ContourOrigin { mapped, postop };

std::string_view to_string(AuditStatus v);
std::string_view to_string(Severity v);
std::string_view to_string(Verdict v);
std::string_view to_string(SeedStatus v);
std::string_view to_string(MissingStatus v);
std::string_view to_string(StructureRole v);
std::string_view to_string(ContourOrigin v);

struct Flag {
  std::string code;  ///< UNDERCOVERAGE, COUNT_MISMATCH, ... (docs/report.md)
  Severity severity = Severity::info;
  std::string message;
  std::optional<double> value;
  std::optional<double> limit;
};

struct SeedAudit {
  DetectedSeed seed;
  std::optional<int> plan_seed;                    ///< 0-based
  std::optional<Point<CtFrame>> plan_center;       ///< mapped into the post-op frame
  std::optional<double> displacement_mm;           ///< raw
  std::optional<double> displacement_residual_mm;  ///< after the implant's common shift
  std::optional<double> along_needle_mm;
  std::optional<double> across_needle_mm;
  SeedStatus status = SeedStatus::undetermined;
  std::string region;            ///< target, lung, bone, outside, tissue
  std::string orientation_used;  ///< "image", "needle", "averaged"
};

struct MissingSeed {
  int plan_seed = 0;
  MissingStatus status = MissingStatus::undetermined;
  std::optional<Point<CtFrame>> plan_center;
};

/// A needle as its found seeds show it, against the planned one.
struct NeedleAudit {
  std::string id;                         ///< as the plan names it
  std::vector<int> seeds;                 ///< ids of the found seeds that lie on it, from tip to entry
  std::optional<Point<CtFrame>> tip;      ///< centre of its deepest seed
  std::optional<Point<CtFrame>> entry;    ///< where its line leaves the body on the shorter way; absent where the scan does not show it
  std::optional<double> depth_error_mm;   ///< mean of its seeds along the planned needle, towards the tip positive
  std::optional<double> angle_error_deg;  ///< between found and planned line
  std::optional<double> entry_error_mm;   ///< from the planned line, at the entry
};

/// Dose figures of one structure at one time, to infinity, by the definitions of docs/report.md. Doses in Gy, volumes in percent of
/// the structure.
struct DoseMetrics {
  std::optional<double> d90_gy, d100_gy, d95_gy, d80_gy, dmean_gy;
  std::optional<double> v80_pct, v90_pct, v100_pct, v150_pct, v200_pct;
  std::optional<double> ci, ei, hi, dnr;
  std::optional<double> d2cc_gy, d1cc_gy, d0_1cc_gy;
  std::optional<double> minimum_peripheral_dose_gy, matched_peripheral_dose_gy;
};

struct ColdRegion {
  Point<CtFrame> center;
  double volume_cc = 0.0;
  double min_gy = 0.0;
  std::string where;        ///< octant of the target: e.g. "left-posterior-superior"
  double deficit_gy = 0.0;  ///< the level less min_gy: how deep it is
  Point<CtFrame> coldest;   ///< where it receives min_gy
  bool in_rim = false;      ///< coldest within the rim of the target
  std::string beside;       ///< organ at risk within 10 mm of coldest; empty: none
};

struct SectorMetrics {
  std::string name;
  double volume_cc = 0.0;
  double v100_pct = 0.0;
  double d90_gy = 0.0;
  double min_gy = 0.0;
};

/// Tissue parameters of the linear-quadratic model. None is established for permanent implants of the liver: figures made with them are
/// for information only.
struct RadiobiologyParameters {
  double alpha_per_gy = 0.3;         ///< larger: more killing by a Gy, and repopulation costs less dose
  double alpha_beta_gy = 10.0;       ///< larger: the dose rate matters less
  double repair_half_time_h = 1.5;   ///< larger: protracted dose counts more
  double doubling_time_days = 50.0;  ///< potential; larger: repopulation costs less dose
  double geud_exponent = -10.0;      ///< a of the generalised equivalent uniform dose; more negative: cold parts count more

  Status check() const;
};

struct RadiobiologyFigures {
  double bed_d90_gy = 0.0;         ///< biologically effective dose of D90, at its effective time
  double effective_time_days = 0;  ///< of D90: when repopulation outweighs what is still delivered
  double eud_bed_gy = 0.0;         ///< BED which, given uniformly, would leave as many cells
  double geud_gy = 0.0;            ///< generalised equivalent uniform dose (physical)
};

/// One contribution to the uncertainty of D90.
struct UncertaintyShare {
  std::string contribution;
  double d90_sigma_pct = 0.0;  ///< of this contribution alone, percent of D90
  double share_pct = 0.0;      ///< of the summed variance
};

struct StructureAudit {
  std::string name;
  StructureRole role = StructureRole::target;
  ContourOrigin contour = ContourOrigin::mapped;
  std::optional<double> volume_preop_cc, volume_postop_cc;
  std::optional<DoseMetrics> preop, postop, delta;            ///< delta = postop - preop, field by field
  std::optional<DoseMetrics> planning_system;                 ///< the planning system's RTDOSE over the same contour
  std::optional<DoseMetrics> planning_system_difference;      ///< planning_system - preop: engine against engine
  std::optional<DoseMetrics> planning_system_dvh;             ///< by the histogram that the planning system stored with its dose
  std::optional<DoseMetrics> planning_system_dvh_difference;  ///< planning_system_dvh - preop
  std::optional<double> volume_planning_system_cc;            ///< by that histogram
  std::optional<DoseMetrics> earlier_implant;                 ///< to this contour from the seeds of an earlier implant alone
  std::optional<DoseMetrics> postop_with_earlier_implant;     ///< of the found seeds and the earlier ones together; nothing is judged by it
  std::optional<Dvh> preop_dvh, postop_dvh, postop_with_earlier_implant_dvh;
  std::optional<PlanningHistogram> planning_system_histogram;
  std::optional<std::pair<double, double>> d90_gy_interval, v100_pct_interval;
  std::optional<DvhBand> dvh_band;                    ///< of postop_dvh, by the draws of the intervals
  std::optional<double> probability_d90_below_limit;  ///< P(D90 < red limit of the prescription), 0..1
  std::string dominant_uncertainty;
  std::vector<UncertaintyShare> uncertainty_shares;
  std::vector<ColdRegion> cold_regions;
  std::vector<SectorMetrics> sectors;  ///< octants
  std::vector<SectorMetrics> shells;   ///< rim, core, and what lies beside an organ at risk
  std::optional<RadiobiologyFigures> preop_biology, postop_biology;
  std::optional<SupplementAdvice> supplement;  ///< of a target on the contour that is judged
  Verdict verdict = Verdict::not_assessed;
  std::string verdict_reason;  ///< the row of the decision table that fitted
};

/// Where dose in water is known to be wrong around the targets; the largest of all targets. Volumes from the image without the implant
/// where there is one, else around the seeds.
struct HeterogeneityAudit {
  double dense_cc = 0.0;                       ///< in the target, above 200 HU: lipiodol, calcification
  std::optional<double> dense_at_rx_pct;       ///< of that, what receives the prescription by the dose in water
  double dense_near_cc = 0.0;                  ///< within 10 mm around the target, above 200 HU: bone, calcification, lipiodol
  double air_cc = 0.0;                         ///< within 10 mm of the target, below -400 HU: lung, gas
  std::optional<double> interseed_shadow_pct;  ///< of the dose to the target, what comes through the capsule of another seed
};

/// An earlier implant of the same patient: told apart from the audited one, its dose added by name only.
struct EarlierImplantAudit {
  bool placed = false;  ///< false: not found in this scan, no dose
  std::string why;      ///< in which frame its seeds are listed and by which rule; or why it was not placed
  std::string frame;    ///< of the list: "preop", "postop"; empty where not placed
  SourceModel source;
  bool source_is_surrogate = false;
  int seeds = 0;            ///< listed
  int found_again = 0;      ///< of these, in this scan
  double strength_u = 0.0;  ///< mean per seed at its own implant
  double trak_ugy = 0.0;
  std::optional<DateTime> implant_date;
  std::optional<double> days_since_implant;
  double fraction_delivered = 0.0;  ///< of its dose to infinity, by the scan date
};

struct DoseAudit {
  SourceModel source;
  bool source_is_surrogate = false;
  double strength_u = 0.0;  ///< mean per seed at implant
  double trak_ugy = 0.0;    ///< total reference air kerma of the seeds found, uGy at 1 m
  std::optional<double> trak_planned_ugy;
  std::optional<double> rx_gy;
  std::string formalism = "TG-43U1 2D";
  std::optional<DateTime> implant_date;
  std::string implant_date_source;
  std::optional<double> days_since_implant;
  double fraction_delivered = 0.0;     ///< of the dose to infinity, by the scan date
  std::map<int, double> v_implant_cc;  ///< percent of Rx -> cc, irrespective of contours
  std::map<int, double> v_implant_planned_cc;
  std::optional<double> natural_dose_ratio, natural_dose_ratio_planned;
  RadiobiologyParameters radiobiology;
  std::optional<HeterogeneityAudit> heterogeneity;
  std::optional<EarlierImplantAudit> earlier_implant;
  std::vector<StructureAudit> structures;
};

/// The targets on which the verdict of the case rests: of one that has a contour drawn after the implant and a mapped one, the drawn one.
std::vector<const StructureAudit*> judged_targets(const DoseAudit& dose);

struct CountReconciliation {
  std::optional<int> planned, implanted, issued, returned;
  int found = 0;
  CountEstimate interval;
  std::optional<int> in_site, out_of_site;
  int uncertain = 0;
  std::optional<double> strength_found_u;
  std::optional<double> strength_in_site_u, strength_out_of_site_u;
};

struct AcquisitionSummary {
  Acquisition acquisition;
  Eigen::Vector3d spacing_mm = Eigen::Vector3d::Zero();
  int slices = 0;
};

struct StageTimes {
  double read_s = 0.0, detect_s = 0.0, register_s = 0.0, dose_s = 0.0, report_s = 0.0, total_s = 0.0;
};

struct Provenance {
  std::string version;
  std::string git;
  std::vector<InputObject> inputs;
  std::vector<Decision> decisions;
  std::map<std::string, std::string> options;  ///< name -> value as used
  std::string source_checksum;
  std::string inputs_sha256, findings_sha256;  ///< of the inputs, and of what the program found before any review (core/findings_hash.h)
};

/// The figures that a review can change.
struct ReviewFigures {
  struct Target {
    std::string name;
    ContourOrigin contour = ContourOrigin::mapped;
    std::optional<double> d90_gy, v100_pct;
    Verdict verdict = Verdict::not_assessed;
  };
  int seed_count = 0;
  CountEstimate count;
  AuditStatus status = AuditStatus::failed;
  std::string status_reason;
  Verdict verdict = Verdict::not_assessed;
  std::vector<Target> targets;  ///< those that the verdict rests on
};

/// A review as it was applied. The audit that carries it is the reviewed one; `before` is what the program concluded by itself.
struct AppliedReview {
  CaseReview review;
  std::map<int, SeedOrigin> origins;  ///< by seed id
  ReviewFigures before, after;
};

struct CaseAudit {
  std::string case_id;
  std::string patient_id, patient_name;  ///< never written to JSON, CSV or log
  std::string pseudonym;                 ///< of the patient under the site's key; empty: not asked for
  bool dates_shifted = false;            ///< every date has moved by one number of days, the patient's own
  AuditStatus status = AuditStatus::failed;
  std::string status_reason;
  std::vector<Flag> flags;
  AcquisitionSummary postop_acquisition;
  std::optional<AcquisitionSummary> preop_acquisition;
  Detection detection;
  std::vector<SeedAudit> seeds;
  std::vector<MissingSeed> missing;
  std::vector<NeedleAudit> needles;  ///< planned needles with at least one found seed
  CountReconciliation counts;
  PlanRegistration registration;
  std::optional<Eigen::Vector3d> implant_shift_mm;
  std::optional<double> implant_rotation_deg;
  std::optional<FollowUp> follow_up;  ///< absent: no later scan was given
  std::optional<DoseAudit> dose;
  std::optional<AppliedReview> review;  ///< absent: the program's own findings
  Verdict verdict = Verdict::not_assessed;
  Provenance provenance;
  Warnings warnings;
  StageTimes timing;
};

/// A case that failed is a row, not an exception.
struct AuditReport {
  std::vector<CaseAudit> cases;
};

}  // namespace seedaudit
