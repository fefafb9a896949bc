// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_case.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "core/findings_hash.h"
#include "core/hu_scale.h"
#include "core/stopwatch.h"
#include "detectors/detect_seeds.h"
#include "dosimetry/source_library.h"
#include "pipeline/already_present.h"
#include "pipeline/apply_review.h"
#include "pipeline/case_basics.h"
#include "pipeline/case_contours.h"
#include "pipeline/case_heterogeneity.h"
#include "pipeline/conclude_audit.h"
#include "pipeline/contour_agreement.h"
#include "pipeline/earlier_implant.h"
#include "pipeline/fusion_planes.h"
#include "pipeline/given_registration.h"
#include "pipeline/given_seeds.h"
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
    const auto target = target_region(c, contours);
    if (c.preop && target && out.outcome.kind == OutcomeKind::ok) {
      RegistrationOptions rigid = registration_options(options);
      rigid.deformable = DeformableUse::never;
      judge_by_images(register_preop_to_postop(*c.preop, c.postop.front(), target, rigid, progress), *target, out);
    }
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

/// What the scans' own air and tissue say of their scales.
Warnings judge_hu_scales(const ImplantCase& c) {
  Warnings out;
  const auto add = [&](std::optional<Warning> w) {
    if (w) out.push_back(std::move(*w));
  };
  if (c.preop) add(judge_hu_scale(*c.preop, "The pre-op CT"));
  for (std::size_t n = 0; n < c.postop.size(); ++n)
    add(judge_hu_scale(c.postop[n], n == 0 ? "The post-op CT" : "A further series of the post-op CT"));
  return out;
}

/// Whoever reads that two scans could not be brought together is told what may be behind it; the warnings say the rest.
void name_hu_scales(const Warnings& scales, PlanRegistration& registration) {
  if (registration.outcome.kind == OutcomeKind::ok || registration.outcome.kind == OutcomeKind::not_run) return;
  for (const Warning& w : scales) registration.outcome.why += ". " + w.message.substr(0, w.message.find(':'));
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

  const Warnings scales = judge_hu_scales(implant);
  append(audit.warnings, scales);

  Stopwatch detect_time;
  audit.detection =
      implant.given_seeds ? detection_of(*implant.given_seeds, options.detector) : detect_seeds(implant.postop, options.detector, progress);
  audit.timing.detect_s = detect_time.seconds();

  Stopwatch register_time;
  const bool registration_needed = lies_in_plan_frame(implant) && !implant.plan_in_postop_frame;
  const bool registration_possible = options.registration_mode != RegistrationMode::none && (implant.preop || *given);
  audit.registration = bring_together(implant, contours, *given, options, progress);
  if (implant.preop && !*given) name_hu_scales(scales, audit.registration);
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

  SettledCase settled_case;
  settled_case.implant = &implant;
  settled_case.contours = &contours;
  settled_case.basics = basics ? &*basics : nullptr;
  settled_case.earlier = earlier ? &*earlier : nullptr;
  settled_case.earlier_basics = earlier_basics ? &*earlier_basics : nullptr;
  settled_case.heterogeneity = &heterogeneity;
  settled_case.saturated = is_saturated(implant.postop);
  settled_case.postop_hu_doubtful = doubt_hu_scale(implant.postop.front()).has_value();
  settled_case.registration_needed = registration_needed;
  settled_case.registration_possible = registration_possible;
  settled_case.tre_mm = tre;
  if (reviewed) {
    // What the program concludes by itself stands beside what the review makes of it.
    CaseAudit own = audit;
    own.review.reset();
    if (Status s = conclude_audit(settled_case, options, progress, own, nullptr); !s) return s.error();
    audit.review->before = figures_of(own);
    audit.timing.dose_s += own.timing.dose_s;
    if (implant.given_seeds) implant.given_seeds = reviewed_list(*implant.given_seeds, audit.detection, reviewed->detection);
    audit.detection = std::move(reviewed->detection);
    settled_case.heterogeneity = &*reviewed_heterogeneity;
  }
  if (Status s = conclude_audit(settled_case, options, progress, audit, &out); !s) return s.error();
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
