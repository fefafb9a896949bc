// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_case.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "core/findings_hash.h"
#include "detectors/detect_seeds.h"
#include "dosimetry/source_library.h"
#include "pipeline/already_present.h"
#include "pipeline/apply_review.h"
#include "pipeline/assign_seeds.h"
#include "pipeline/audit_dose.h"
#include "pipeline/audit_flags.h"
#include "pipeline/case_basics.h"
#include "pipeline/case_contours.h"
#include "pipeline/case_heterogeneity.h"
#include "pipeline/contour_agreement.h"
#include "pipeline/earlier_implant.h"
#include "pipeline/follow_seeds.h"
#include "pipeline/fusion_planes.h"
#include "pipeline/given_registration.h"
#include "pipeline/given_seeds.h"
#include "pipeline/needle_audit.h"
#include "pipeline/options_used.h"
#include "pipeline/resolve_source.h"
#include "registration/register_volumes.h"
#include "registration/registration_points.h"

namespace seedaudit {
namespace {

/// No rigid registration of abdominal CT is known to be better than this at the target; a stated agreement below it is luck.
constexpr double kLeastTreMm = 1.5;
/// Error of a transform that came without any figure of its quality.
constexpr double kUnstatedTreMm = 3.0;

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool lies_in_plan_frame(const ImplantCase& c) { return c.plan || (c.structures && !c.structures->structures.empty()); }

std::optional<TargetRegion> target_region(const ImplantCase& c, const CaseContours& contours) {
  Box<PlanFrame> box;
  for (const auto& s : contours.structures)
    if (s.role == StructureRole::target && s.preop) {
      box.include({s.preop->box().low_mm});
      box.include({s.preop->box().high_mm});
    }
  if (box.empty() && c.plan)
    for (const PlannedSeed& s : c.plan->seeds) box.include(s.center);
  if (box.empty()) return std::nullopt;
  TargetRegion region{box.center(), std::max(10.0, 0.5 * (box.high_mm - box.low_mm).maxCoeff())};
  for (const auto& s : contours.structures)
    if (s.role == StructureRole::oar && s.preop) region.organs.push_back(s.preop->box());
  return region;
}

RegistrationOptions registration_options(const AuditOptions& options) {
  RegistrationOptions out = options.registration;
  out.deformable = options.registration_mode == RegistrationMode::deformable  ? DeformableUse::always
                   : options.registration_mode == RegistrationMode::automatic ? DeformableUse::automatic
                                                                              : DeformableUse::never;
  return out;
}

PlanRegistration bring_together(ImplantCase& c, const CaseContours& contours, const std::optional<PlanRegistration>& given,
                                const AuditOptions& options, const Progress& progress) {
  PlanRegistration out;
  out.method = "none";
  if (!lies_in_plan_frame(c)) {
    out.outcome = {OutcomeKind::not_run, "nothing lies in a frame of its own"};
  } else if (c.plan_in_postop_frame) {
    out = registration_same_frame();
  } else if (options.registration_mode == RegistrationMode::none) {
    out.outcome = {OutcomeKind::not_run, "switched off"};
  } else if (given) {
    out = *given;
  } else if (!c.preop) {
    out.outcome = {OutcomeKind::not_run, "no pre-op image in the case"};
  } else {
    out = register_preop_to_postop(*c.preop, c.postop.front(), target_region(c, contours), registration_options(options), progress);
  }
  if (out.outcome.usable() && measures_error(c, out)) judge_by_landmarks(c.landmarks, out);
  return out;
}

/// What the registration itself says of its error at the target.
double tre_mm(const PlanRegistration& r) {
  if (r.method == "same_frame" || !r.outcome.usable()) return 0.0;
  if (r.qa.landmark_tre_mean_mm) return *r.qa.landmark_tre_mean_mm;
  if (r.qa.landmark_expected_tre_mm) return std::max(kLeastTreMm, *r.qa.landmark_expected_tre_mm);
  double tre = r.qa.start_agreement_mm || r.qa.inverse_consistency_mm ? kLeastTreMm : kUnstatedTreMm;
  tre = std::max(tre, r.qa.start_agreement_mm.value_or(0.0));
  return std::max(tre, r.qa.inverse_consistency_mm.value_or(0.0));
}

AcquisitionSummary summary_of(const Acquisition& acquisition, const Eigen::Vector3d& spacing_mm, int slices) {
  AcquisitionSummary out;
  out.acquisition = acquisition;
  out.spacing_mm = spacing_mm;
  out.slices = slices;
  return out;
}

bool is_saturated(const std::vector<CtVolume>& series) {
  for (const CtVolume& ct : series) {
    if (!ct.acquisition.saturation_hu) continue;
    const auto limit = static_cast<int>(std::lround(*ct.acquisition.saturation_hu));
    if (std::any_of(ct.hu.begin(), ct.hu.end(), [&](std::int16_t hu) { return hu >= limit; })) return true;
  }
  return false;
}

void append(Warnings& to, const Warnings& from) { to.insert(to.end(), from.begin(), from.end()); }

CountReconciliation reconcile(const ImplantCase& c, const CaseAudit& a, const DoseAuditOutcome* dose) {
  CountReconciliation out;
  if (c.plan && !c.plan->seeds.empty()) out.planned = static_cast<int>(c.plan->seeds.size());
  out.implanted = c.records.implanted;
  out.issued = c.records.issued;
  out.returned = c.records.returned;
  out.found = static_cast<int>(a.seeds.size());
  out.interval = a.detection.count;
  out.uncertain = out.interval.high - out.interval.low;
  const auto with = [&](auto&&... status) {
    return static_cast<int>(
        std::count_if(a.seeds.begin(), a.seeds.end(), [&](const SeedAudit& s) { return ((s.status == status) || ...); }));
  };
  if (with(SeedStatus::undetermined) == 0 && out.found > 0) {
    out.out_of_site = with(SeedStatus::migrated, SeedStatus::embolised);
    out.in_site = out.found - *out.out_of_site;
  }
  if (dose != nullptr && dose->total_strength_u > 0.0) {
    out.strength_found_u = dose->total_strength_u;
    if (out.in_site) {
      out.strength_out_of_site_u = dose->out_of_site_strength_u;
      out.strength_in_site_u = dose->total_strength_u - dose->out_of_site_strength_u;
    }
  }
  return out;
}

/// The case's verdict is that of its worst target; each target is judged on the contour drawn after the implant where there is one.
Verdict worst_target(const DoseAudit& dose) {
  Verdict worst = Verdict::not_assessed;
  for (const StructureAudit* s : judged_targets(dose)) worst = std::max(worst, s->verdict);
  return worst;
}

TrustDecision trust_of(const ImplantCase& c, const CaseAudit& a, const CaseContours& contours, bool registration_needed,
                       bool registration_possible, const SiteLimits& limits) {
  TrustFacts facts;
  facts.seeds_found = static_cast<int>(a.seeds.size());
  facts.registration_needed = registration_needed;
  facts.registration_possible = registration_possible;
  facts.registration = a.registration.outcome.kind;
  facts.plan_present = c.plan.has_value();
  facts.contours_present = contours.has_target();
  facts.dose_computed = a.dose.has_value();
  facts.detection = a.detection.outcome.kind;
  facts.count = a.detection.count;
  facts.planned = a.counts.planned;
  if (c.records.implanted) facts.record = compare_count(facts.seeds_found, *c.records.implanted, limits);
  facts.method_limits = method_limits(a.flags);
  facts.count_confirmed = a.review && confirms_count(a.review->review);
  return decide_trust(facts);
}

/// What is settled before seeds are judged: the same for the program's findings and for reviewed ones. Pointers may be null where the case
/// has no such part.
struct Settled {
  ImplantCase* implant = nullptr;  ///< only its later scan is used up
  const CaseContours* contours = nullptr;
  const DoseBasics* basics = nullptr;
  const PlacedEarlier* earlier = nullptr;
  const EarlierBasics* earlier_basics = nullptr;
  const CaseHeterogeneity* heterogeneity = nullptr;
  bool saturated = false, registration_needed = false, registration_possible = false;
  double tre_mm = 0.0;
};

/// From audit.detection and audit.registration: assignment, dose, flags, verdict and status. \param fields where dose grids and
/// strengths go; null: only the figures are asked for, and no later scan is looked at
Status conclude(const Settled& c, const AuditOptions& options, const Progress& progress, CaseAudit& audit, AuditedCase* fields) {
  ImplantCase& implant = *c.implant;
  const CaseContours& contours = *c.contours;
  FlagFacts facts;
  facts.registration_needed = c.registration_needed;
  facts.saturated = c.saturated;
  if (c.heterogeneity->judged) facts.heterogeneity = c.heterogeneity->worst;
  const KnownContours known = known_contours(contours);
  AssignmentInput assignment_input;
  assignment_input.detection = &audit.detection;
  assignment_input.postop = &implant.postop;
  assignment_input.contours = &known;
  assignment_input.plan = implant.plan && !implant.plan->seeds.empty() ? &*implant.plan : nullptr;
  if (audit.registration.outcome.usable()) assignment_input.ct_from_plan = audit.registration.warp();
  const bool only_postop_contours = !lies_in_plan_frame(implant) && !known.targets.empty();
  assignment_input.frame_trusted = audit.registration.outcome.kind == OutcomeKind::ok || only_postop_contours;
  assignment_input.registration_tre_mm = c.tre_mm;
  assignment_input.records = implant.records;
  Assignment assignment = assign_seeds(assignment_input, options.matching, options.limits);
  audit.seeds = std::move(assignment.seeds);
  audit.missing = std::move(assignment.missing);
  if (assignment_input.plan != nullptr && assignment_input.ct_from_plan)
    audit.needles = audit_needles(*assignment_input.plan, *assignment_input.ct_from_plan, audit.seeds, implant.postop);
  if (auto partly = needles_partly_known(audit.needles)) audit.warnings.push_back(std::move(*partly));
  audit.implant_shift_mm = assignment.shift_mm;
  audit.implant_rotation_deg = assignment.rotation_deg;
  facts.assignment = &assignment;

  // Where the seeds went later is asked of the seeds that the audit ends with.
  if (fields != nullptr) {
    Detection first = audit.detection;
    first.seeds.clear();
    for (const SeedAudit& s : audit.seeds) first.seeds.push_back(s.seed);
    audit.follow_up = audit_follow_up(implant, first, options, progress, audit.warnings);
  }

  Stopwatch dose_time;
  std::optional<DoseAuditOutcome> dose;
  if (c.basics != nullptr) {
    DoseAuditInput dose_input;
    dose_input.implant = &implant;
    dose_input.source = &c.basics->source;
    dose_input.timing = &c.basics->timing;
    dose_input.prescription = c.basics->prescription;
    dose_input.seeds = &audit.seeds;
    dose_input.clusters = &audit.detection.clusters;
    dose_input.contours = &contours;
    dose_input.registration_tre_mm = c.tre_mm;
    dose_input.earlier = c.earlier;
    dose_input.earlier_basics = c.earlier_basics;
    auto computed = audit_dose(dose_input, options, progress);
    if (!computed) return computed.error();
    dose = std::move(computed).value();
    if (c.earlier != nullptr) dose->dose.earlier_implant = report_of(*c.earlier, *c.earlier_basics);
    append(audit.warnings, c.basics->source.warnings);
    append(audit.warnings, c.basics->timing.warnings);
    append(audit.warnings, dose->warnings);
    audit.provenance.decisions.push_back(c.basics->source.decision);
    facts.source = &c.basics->source;
    facts.timing = &c.basics->timing;
    facts.dose = &*dose;
  }
  append(audit.warnings, contours.warnings);
  audit.counts = reconcile(implant, audit, dose ? &*dose : nullptr);
  audit.flags = raise_flags(audit, facts, options.limits);
  if (dose) {
    if (c.heterogeneity->judged)
      dose->dose.heterogeneity = heterogeneity_and_dose(*c.heterogeneity, contours, c.basics->source.model, *dose);
    audit.dose = std::move(dose->dose);
    audit.verdict = worst_target(*audit.dose);
    if (fields != nullptr) {
      for (const StructureAudit* t : judged_targets(*audit.dose)) {
        auto& outlines = dose->judgements[static_cast<std::size_t>(t - audit.dose->structures.data())].cold_outlines;
        std::move(outlines.begin(), outlines.end(), std::back_inserter(fields->cold_outlines));
      }
      fields->dose = std::move(dose->grid);
      for (const auto& s : dose->found_seeds) fields->strengths.push_back(s.strength_at_implant);
      if (fields->dose && dose->planned_grid && audit.registration.outcome.usable())
        fields->planned_dose = mapped_dose(*dose->planned_grid, audit.registration.warp(), fields->dose->grid);
    }
  }
  audit.timing.dose_s += dose_time.seconds();

  const TrustDecision trust = trust_of(implant, audit, contours, c.registration_needed, c.registration_possible, options.limits);
  audit.status = trust.status;
  audit.status_reason = trust.reason;
  return ok_status();
}

}  // namespace

Result<AuditedCase> audit_case(ImplantCase implant, const AuditOptions& options, const Progress& progress) {
  if (Status s = options.check(); !s) return s.error();

  AuditedCase out;
  CaseAudit& audit = out.audit;
  audit.case_id = implant.case_id;
  audit.patient_id = implant.patient_id;
  audit.patient_name = implant.patient_name;
  audit.warnings = implant.warnings;
  audit.provenance.inputs = implant.inputs;
  audit.provenance.inputs_sha256 = inputs_sha256(implant.inputs);
  audit.provenance.decisions = implant.decisions;
  audit.provenance.options = options_used(options);
  audit.provenance.source_checksum = source_library_checksum();

  // Everything that can be refused is refused before the long work.
  auto settled = settle_basics(implant, options.limits.site);
  if (!settled) return settled.error();
  std::optional<DoseBasics> basics = std::move(settled->dose);
  const std::optional<EarlierBasics> earlier_basics = std::move(settled->earlier);
  CaseContours contours = std::move(settled->contours);
  append(audit.warnings, settled->warnings);

  if (implant.review)
    if (Status s = check_review(*implant.review, implant, options.detector); !s) return s.error();

  const auto region = target_region(implant, contours);
  const auto given = given_registration(implant, region ? std::optional(region->center) : std::nullopt);
  if (!given) return given.error();

  const CtVolume& ct = implant.postop.front();
  audit.postop_acquisition = summary_of(ct.acquisition, ct.grid.spacing_mm(), ct.grid.size()[2]);
  for (const CtVolume& v : implant.postop) append(audit.warnings, v.warnings);
  if (implant.preop) {
    audit.preop_acquisition = summary_of(implant.preop->acquisition, implant.preop->grid.spacing_mm(), implant.preop->grid.size()[2]);
    append(audit.warnings, implant.preop->warnings);
  }

  Stopwatch detect_time;
  audit.detection =
      implant.given_seeds ? detection_of(*implant.given_seeds, options.detector) : detect_seeds(implant.postop, options.detector, progress);
  audit.timing.detect_s = detect_time.seconds();

  Stopwatch register_time;
  const bool registration_needed = lies_in_plan_frame(implant) && !implant.plan_in_postop_frame;
  const bool registration_possible = options.registration_mode != RegistrationMode::none && (implant.preop || *given);
  audit.registration = bring_together(implant, contours, *given, options, progress);
  if (implant.preop && !implant.given_seeds)
    set_aside_what_was_there(implant.postop, *implant.preop, audit.registration, options.detector, audit.detection);
  std::optional<PlacedEarlier> earlier;
  if (earlier_basics) {
    earlier = place_earlier(implant, *earlier_basics, audit.registration, options.detector, audit.detection);
    append(audit.warnings, earlier->warnings);
  }
  append(audit.warnings, audit.detection.warnings);
  append(audit.warnings, audit.registration.warnings);
  audit.timing.register_s = register_time.seconds();
  const bool usable = audit.registration.outcome.usable();
  const double tre = tre_mm(audit.registration);
  if (usable) {
    map_contours(implant, audit.registration.warp(), contours);
    audit.registration.qa.contour_dice = contour_agreement(contours);
  }

  std::optional<ReviewedDetection> reviewed;
  std::optional<CaseHeterogeneity> reviewed_heterogeneity;
  audit.provenance.findings_sha256 = findings_sha256(audit.detection);
  if (implant.review) {
    auto applied = apply_review(audit.detection, *implant.review, implant.postop, options.detector);
    if (!applied) return applied.error();
    reviewed = std::move(applied).value();
    audit.review = AppliedReview{*implant.review, reviewed->origins, {}, {}};
    reviewed_heterogeneity = case_heterogeneity(implant, contours, reviewed->detection, audit.registration);
  }
  const CaseHeterogeneity heterogeneity = case_heterogeneity(implant, contours, audit.detection, audit.registration);
  if (implant.preop && usable) {
    out.preop_is_ct = implant.preop->series.modality != "MR";
    if (region) {
      const auto warp = audit.registration.warp();
      out.fusion = fusion_planes(implant.postop.front(), *implant.preop, warp, warp * region->center);
      out.preop = fusion_block(*implant.preop, warp, warp * region->center);
    }
  }
  implant.preop.reset();

  Settled settled_case;
  settled_case.implant = &implant;
  settled_case.contours = &contours;
  settled_case.basics = basics ? &*basics : nullptr;
  settled_case.earlier = earlier ? &*earlier : nullptr;
  settled_case.earlier_basics = earlier_basics ? &*earlier_basics : nullptr;
  settled_case.heterogeneity = &heterogeneity;
  settled_case.saturated = is_saturated(implant.postop);
  settled_case.registration_needed = registration_needed;
  settled_case.registration_possible = registration_possible;
  settled_case.tre_mm = tre;
  if (reviewed) {
    // What the program concludes by itself stands beside what the review makes of it.
    CaseAudit own = audit;
    own.review.reset();
    if (Status s = conclude(settled_case, options, progress, own, nullptr); !s) return s.error();
    audit.review->before = figures_of(own);
    audit.timing.dose_s += own.timing.dose_s;
    if (implant.given_seeds) implant.given_seeds = reviewed_list(*implant.given_seeds, audit.detection, reviewed->detection);
    audit.detection = std::move(reviewed->detection);
    settled_case.heterogeneity = &*reviewed_heterogeneity;
  }
  if (Status s = conclude(settled_case, options, progress, audit, &out); !s) return s.error();
  if (audit.review) audit.review->after = figures_of(audit);
  for (const auto& s : contours.structures) {
    auto& outlines = s.role == StructureRole::target ? out.targets : out.organs;
    if (s.postop_outline)
      outlines.push_back(*s.postop_outline);
    else if (s.mapped_outline)
      outlines.push_back(*s.mapped_outline);
  }
  out.postop = std::move(implant.postop);
  return out;
}

}  // namespace seedaudit
