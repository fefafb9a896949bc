// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/conclude_audit.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "core/stopwatch.h"
#include "pipeline/assign_seeds.h"
#include "pipeline/audit_dose.h"
#include "pipeline/audit_flags.h"
#include "pipeline/follow_seeds.h"
#include "pipeline/fusion_planes.h"
#include "pipeline/needle_audit.h"

namespace seedaudit {
namespace {

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
  facts.count_sure = a.detection.count_chance >= limits.sure_count;
  facts.planned = a.counts.planned;
  if (c.records.implanted) facts.record = compare_count(facts.seeds_found, *c.records.implanted, limits);
  facts.method_limits = method_limits(a.flags);
  facts.count_confirmed = a.review && confirms_count(a.review->review);
  return decide_trust(facts);
}

}  // namespace

Status conclude_audit(const SettledCase& c, const AuditOptions& options, const Progress& progress, CaseAudit& audit, AuditedCase* fields) {
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
  assignment_input.frame_trusted = !c.postop_hu_doubtful && (audit.registration.outcome.kind == OutcomeKind::ok || only_postop_contours);
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
    dose_input.detection = &audit.detection;
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

}  // namespace seedaudit
