// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/case_basics.h"

#include <algorithm>
#include <string>
#include <utility>

namespace seedaudit {
namespace {

bool strength_is_known(const ImplantCase& c) {
  if (c.strength.stated_per_seed || c.strength.per_seed) return true;
  if (c.plan) return true;  // a plan without strength is refused by resolve_strengths
  return c.given_seeds && !c.given_seeds->empty() &&
         std::all_of(c.given_seeds->begin(), c.given_seeds->end(), [](const GivenSeed& s) { return s.strength || s.stated_strength; });
}

Result<std::optional<DoseBasics>> settle_dose(ImplantCase& c, Warnings& warnings) {
  if (!strength_is_known(c)) {
    warnings.push_back(
        {"DOSE_NOT_COMPUTED",
         "No plan and no source strength in the case: positions and counts only. Give --strength-u, --source and --rx-gy for "
         "the volumes of the implant."});
    return std::optional<DoseBasics>{};
  }
  DoseBasics out;
  auto source = resolve_source(c);
  if (!source) return source.error();
  out.source = std::move(source).value();
  auto doubts = settle_strengths(c, out.source.model);
  if (!doubts) return doubts.error();
  warnings.insert(warnings.end(), doubts->begin(), doubts->end());
  auto timing = resolve_timing(c, out.source.model);
  if (!timing) return timing.error();
  out.timing = std::move(timing).value();
  std::optional<Gy> prescription = c.prescription;
  if (!prescription && c.plan) prescription = c.plan->prescription;
  if (!prescription || !(prescription->value > 0.0))
    return Error{ErrorCode::prescription_missing, "no prescription dose is stated", c.plan ? c.plan->path : std::string(),
                 "Give it with --rx-gy."};
  out.prescription = *prescription;
  return std::optional<DoseBasics>{std::move(out)};
}

/// Planned seeds lie in or at their target. Where most do not, plan and contours are of different sides, units or frames of reference.
std::optional<Warning> judge_plan_place(const ImplantCase& c, const CaseContours& contours) {
  constexpr double kAtTargetMm = 15.0;
  std::vector<const StructureVolume<PlanFrame>*> targets;
  for (const AuditedStructure& s : contours.structures)
    if (s.role == StructureRole::target && s.preop) targets.push_back(&*s.preop);
  if (targets.empty() || !c.plan || c.plan->seeds.empty()) return std::nullopt;
  const auto off = std::count_if(c.plan->seeds.begin(), c.plan->seeds.end(), [&](const PlannedSeed& seed) {
    return std::all_of(targets.begin(), targets.end(), [&](const auto* t) { return t->signed_distance_mm(seed.center) > kAtTargetMm; });
  });
  const auto all = static_cast<std::ptrdiff_t>(c.plan->seeds.size());
  if (2 * off <= all) return std::nullopt;
  return Warning{"PLAN_OFF_TARGET", std::to_string(off) + " of " + std::to_string(all) +
                                        " planned seeds lie more than 15 mm outside the target: "
                                        "plan and contours may differ in side, unit or frame of reference, or another target is meant."};
}

}  // namespace

Result<CaseBasics> settle_basics(ImplantCase& implant, const std::string& site) {
  if (implant.postop.empty())
    return Error{ErrorCode::no_postop_ct, "the case has no post-op CT", implant.case_id, "Name it with --postop-ct."};
  CaseBasics out;
  auto dose = settle_dose(implant, out.warnings);
  if (!dose) return dose.error();
  out.dose = std::move(dose).value();
  if (implant.earlier) {
    auto earlier = settle_earlier(implant);
    if (!earlier) return earlier.error();
    out.warnings.insert(out.warnings.end(), earlier->warnings.begin(), earlier->warnings.end());
    out.earlier = std::move(earlier).value();
  }
  auto contours = build_contours(implant, site);
  if (!contours) return contours.error();
  out.contours = std::move(contours).value();
  if (auto w = judge_plan_place(implant, out.contours)) out.warnings.push_back(std::move(*w));
  return out;
}

bool lies_in_plan_frame(const ImplantCase& c) { return c.plan || (c.structures && !c.structures->structures.empty()); }

}  // namespace seedaudit
