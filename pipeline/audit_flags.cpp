// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_flags.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "pipeline/input_doubts.h"

namespace seedaudit {
namespace {

constexpr double kDenseTargetCc = 5.0;  ///< dense material in the target beyond which dose in water says little about dose in it
constexpr double kDenseNearCc = 1.0;    ///< a piece of rib beside the target
constexpr double kAirNearTargetCc = 1.0;
constexpr double kHottestCc = 2.0;  ///< of D2cc
/// Between two scans whose positions are stated rightly a patient turns by what lying differently bends the trunk, far less than this.
constexpr double kWidestTurnDeg = 60.0;

std::string number(double v, const char* format = "%.3g") {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, v);
  return text.data();
}

using Flags = std::vector<Flag>;

void raise(Flags& flags, const char* code, Severity severity, std::string message, std::optional<double> value = {},
           std::optional<double> limit = {}) {
  flags.push_back({code, severity, std::move(message), value, limit});
}

std::string seeds_text(int n) { return std::to_string(n) + (n == 1 ? " seed" : " seeds"); }

void raise_follow_up(const FollowUp& f, Flags& flags) {
  if (f.outcome.kind == OutcomeKind::failed) {
    raise(flags, "FOLLOW_UP_FAILED", Severity::warn, "The seeds could not be followed into the later scan: " + f.outcome.why + ".");
    return;
  }
  if (f.outcome.kind == OutcomeKind::low_confidence)
    raise(flags, "FOLLOW_UP_LOW_CONFIDENCE", Severity::warn, "Seeds in the later scan: " + f.outcome.why + ".");
  const auto with = [&](FollowStatus status) {
    return static_cast<int>(std::count_if(f.seeds.begin(), f.seeds.end(), [&](const FollowedSeed& s) { return s.status == status; }));
  };
  if (const int n = with(FollowStatus::embolised); n > 0)
    raise(flags, "FOLLOW_UP_EMBOLISED", Severity::action, seeds_text(n) + " in lung in the later scan, away from the implant.", n);
  if (const int n = with(FollowStatus::migrated); n > 0)
    raise(flags, "FOLLOW_UP_MIGRATED", Severity::warn, seeds_text(n) + " moved away from the implant between the scans.", n);
  if (const int n = with(FollowStatus::not_found); n > 0)
    raise(flags, "FOLLOW_UP_NOT_FOUND", Severity::warn, seeds_text(n) + " of the first scan not found in the later one.", n);
}

void flag_acquisition(const CaseAudit& a, const FlagFacts& f, const SiteLimits& limits, Flags& flags) {
  const AcquisitionSummary& ct = a.postop_acquisition;
  const double thickness = std::max(ct.acquisition.slice_thickness_mm.value_or(0.0), ct.spacing_mm[2]);
  if (thickness > limits.thick_slice_mm)
    raise(flags, "SLICE_THICK", Severity::warn,
          "Slices of " + number(thickness) + " mm: seeds closer than that along the slices' normal cannot be told apart by eye.", thickness,
          limits.thick_slice_mm);
  if (f.saturated)
    raise(flags, "HU_SATURATED", Severity::info,
          "Metal is clipped at the highest HU that the series can store; positions rest on shape, not on brightness.",
          ct.acquisition.saturation_hu);
  if (ct.acquisition.metal_artefact_reduced)
    raise(flags, "METAL_REDUCED_SERIES", Severity::warn,
          "The scan was reconstructed with metal artefact reduction, which can erase or part seeds.");
  if (f.heterogeneity) {
    const Heterogeneity& h = *f.heterogeneity;
    if (h.dense_cc > kDenseTargetCc)
      raise(flags, "HETEROGENEITY", Severity::warn,
            number(h.dense_cc) +
                " cc of the target are denser than 200 HU (lipiodol, calcification): dose in water overstates the dose behind them.",
            h.dense_cc, kDenseTargetCc);
    if (h.dense_near_cc > kDenseNearCc)
      raise(flags, "BONE_NEAR_TARGET", Severity::info,
            number(h.dense_near_cc) +
                " cc denser than 200 HU (bone, calcification, lipiodol) lie within 10 mm around the target: dose in water overstates the "
                "dose "
                "behind them.",
            h.dense_near_cc, kDenseNearCc);
    if (h.air_cc > kAirNearTargetCc)
      raise(flags, "HETEROGENEITY", Severity::warn,
            number(h.air_cc) + " cc of lung or gas lie within 10 mm of the target: dose in water does not hold there.", h.air_cc,
            kAirNearTargetCc);
  }
}

void flag_registration(const CaseAudit& a, const FlagFacts& f, Flags& flags) {
  if (!f.registration_needed) return;
  if (a.registration.outcome.kind == OutcomeKind::failed)
    raise(flags, "REGISTRATION_FAILED", Severity::action, "Plan and scan could not be brought together: " + a.registration.outcome.why);
  if (a.registration.outcome.kind == OutcomeKind::low_confidence)
    raise(flags, "REGISTRATION_LOW_CONFIDENCE", Severity::warn,
          "Plan and scan may not be brought together well: " + a.registration.outcome.why);
}

void flag_counts(const CaseAudit& a, const SiteLimits& limits, Flags& flags) {
  const CountReconciliation& c = a.counts;
  if (c.interval.low != c.interval.high)
    raise(flags, "COUNT_UNCERTAIN", Severity::warn,
          "The image supports " + std::to_string(c.interval.low) + " to " + std::to_string(c.interval.high) + " seeds.", c.found);
  const auto compare = [&](int expected, const std::string& what) {
    if (expected <= 0) return;
    const CountAgreement agreement = compare_count(c.found, expected, limits);
    if (agreement == CountAgreement::agrees) return;
    const bool provisional = agreement == CountAgreement::red;
    raise(flags, "COUNT_MISMATCH", provisional ? Severity::action : Severity::warn,
          seeds_text(c.found) + " found, " + std::to_string(expected) + " " + what + (provisional ? ". The dose is provisional." : "."),
          c.found, expected);
  };
  if (c.implanted)
    compare(*c.implanted, "implanted by the record");
  else if (c.planned)
    compare(*c.planned, "planned (no record of how many were implanted)");
  if (c.implanted && c.issued && c.returned && *c.issued - *c.returned != *c.implanted)
    raise(flags, "COUNT_MISMATCH", Severity::warn,
          std::to_string(*c.issued) + " issued less " + std::to_string(*c.returned) + " returned is not the " +
              std::to_string(*c.implanted) + " implanted.",
          *c.issued - *c.returned, *c.implanted);
}

/// What the program concluded by itself, wherever flags are shown.
std::string own_result(const ReviewFigures& f) {
  std::string text = "The program's own result: " + seeds_text(f.seed_count);
  for (const ReviewFigures::Target& t : f.targets) {
    text += "; " + t.name + " ";
    text += t.d90_gy ? "D90 " + number(*t.d90_gy, "%.1f") + " Gy" : "no D90";
    if (t.v100_pct) text += ", V100 " + number(*t.v100_pct, "%.1f") + " %";
  }
  return text + ".";
}

/// What a person changed is said first of all by a flag: a reader of the figures must not take them for the program's own.
void flag_review(const CaseAudit& a, Flags& flags) {
  if (!a.review) return;
  const CaseReview& r = a.review->review;
  const auto with = [&](ReviewActionKind kind) {
    return static_cast<int>(std::count_if(r.actions.begin(), r.actions.end(), [&](const ReviewAction& x) { return x.kind == kind; }));
  };
  const int rejected = with(ReviewActionKind::reject), added = with(ReviewActionKind::add), moved = with(ReviewActionKind::move);
  raise(flags, "REVIEWED", Severity::info,
        "Reviewed by " + r.reviewer + ", " + to_iso(r.date) + ": " + seeds_text(rejected) + " rejected, " + std::to_string(added) +
            " added, " + std::to_string(moved) + " moved" + (confirms_count(r) ? ", count confirmed. " : ", count not confirmed. ") +
            own_result(a.review->before),
        rejected + added + moved);
  const CountEstimate& image = a.review->before.count;
  if (!confirms_count(r) || (image.low == image.high && a.counts.found == image.best)) return;
  const bool outside = a.counts.found < image.low || a.counts.found > image.high;
  raise(flags, "COUNT_CONFIRMED", outside ? Severity::warn : Severity::info,
        "The count of " + std::to_string(a.counts.found) + " rests on the reviewer's word; the image alone supports " +
            std::to_string(image.low) + " to " + std::to_string(image.high) + ".",
        a.counts.found, outside ? std::optional<double>(a.counts.found < image.low ? image.low : image.high) : std::nullopt);
}

/// Coordinates are the patient's own, however the patient lies: a registration that turns the body has found a wrong header.
void flag_body_position(const CaseAudit& a, Flags& flags) {
  if (!a.registration.outcome.usable()) return;
  const double turn_deg = Eigen::AngleAxisd(a.registration.ct_from_plan.iso.linear()).angle() * 180.0 / 3.14159265358979323846;
  if (turn_deg > kWidestTurnDeg)
    raise(flags, "BODY_POSITION_DOUBTFUL", Severity::warn,
          "Plan and scan fit when turned by " + number(turn_deg, "%.0f") +
              " degrees: one of them states the body position wrongly, and left, right, front, back, head and foot may be named wrongly.",
          turn_deg, kWidestTurnDeg);
}

/// One identifier for both frames of reference is a claim that the seeds themselves can contradict.
void flag_shared_frame(const CaseAudit& a, Flags& flags) {
  if (a.registration.method != "same_frame" || !(2 * a.counts.out_of_site.value_or(0) > a.counts.found)) return;
  raise(flags, "IMPLANT_OFF_TARGET", Severity::warn,
        std::to_string(*a.counts.out_of_site) + " of " + seeds_text(a.counts.found) +
            " lie away from the target, and plan and scan were not registered because they name one frame of reference: if that is wrong, "
            "so are places and doses. --register rigid does not take it on trust.",
        *a.counts.out_of_site);
}

void flag_seeds(const CaseAudit& a, const FlagFacts& f, Flags& flags) {
  const auto with = [&](SeedStatus status) {
    return static_cast<int>(std::count_if(a.seeds.begin(), a.seeds.end(), [&](const SeedAudit& s) { return s.status == status; }));
  };
  if (const int n = with(SeedStatus::embolised); n > 0)
    raise(flags, "SEED_EMBOLISED", Severity::action, seeds_text(n) + " in lung, heart or great vessel, away from the implant.", n);
  if (const int n = with(SeedStatus::migrated); n > 0)
    raise(flags, "SEED_MIGRATED", Severity::warn, seeds_text(n) + " away from the target and from every needle track.", n);
  if (const int n = with(SeedStatus::misplaced); n > 0)
    raise(flags, "SEED_MISPLACED", Severity::info, seeds_text(n) + " on the needle's line but not at the planned depth.", n);
  if (a.follow_up) raise_follow_up(*a.follow_up, flags);
  const auto missing = [&](MissingStatus status) {
    return static_cast<int>(std::count_if(a.missing.begin(), a.missing.end(), [&](const MissingSeed& s) { return s.status == status; }));
  };
  const int lost = missing(MissingStatus::lost), absent = static_cast<int>(a.missing.size());
  if (absent > 0)
    raise(flags, "SEED_NOT_FOUND", lost > 0 ? Severity::action : Severity::warn,
          seeds_text(absent) + " of the plan not found" +
              (lost > 0 ? ", " + std::to_string(lost) + " of them implanted by the record and lost." : "."),
          absent);
  if (f.assignment != nullptr && f.assignment->coverage && !f.assignment->coverage->complete()) {
    const Coverage& c = *f.assignment->coverage;
    std::string what = !c.target ? "the whole target" : "";
    if (!c.surroundings) what += (what.empty() ? "" : ", ") + std::string("the surroundings of the target");
    if (!c.lungs) what += (what.empty() ? "" : ", ") + std::string("the whole lungs");
    raise(flags, "FOV_INCOMPLETE", absent > 0 || !c.target ? Severity::warn : Severity::info,
          "The scan does not show " + what + ": seeds there would not be seen.");
  }
}

void flag_source(const FlagFacts& f, Flags& flags) {
  if (f.timing != nullptr && f.timing->implant_date_assumed)
    raise(flags, "IMPLANT_DATE_ASSUMED", Severity::warn,
          "No implant date is stated: the strength's reference date " +
              (f.timing->implant_date ? to_iso(f.timing->implant_date->date) : std::string()) + " is taken for it.");
  if (f.source == nullptr) return;
  if (f.source->assumed)
    raise(
        flags, "SOURCE_ASSUMED", Severity::warn,
        "No source model is named: " + f.source->model.id + " stands in for it. Published models of its kind differ by 2 to 3 % in dose.");
  if (f.source->model.status != SourceDataStatus::consensus_confirmed)
    raise(flags, "SOURCE_DATA_STATUS", Severity::info,
          "The data of source model " + f.source->model.id + " are not a confirmed consensus set.");
}

void flag_overdose(const StructureAudit& s, double rx, const SiteLimits& limits, Flags& flags) {
  const auto over = [&](const std::optional<double>& value, double limit, const std::string& what) {
    if (value && *value > limit)
      raise(flags, "OVERDOSE", Severity::info, s.name + ": " + what + " " + number(*value) + " % is above " + number(limit) + " %.", value,
            limit);
  };
  over(s.postop->v150_pct, limits.overdose_v150_pct, "V150");
  over(s.postop->v200_pct, limits.overdose_v200_pct, "V200");
  if (s.postop->d90_gy) over(100.0 * *s.postop->d90_gy / rx, limits.overdose_d90_pct, "D90 over the prescription");
}

void flag_target(const StructureAudit& s, const StructureJudgement& judgement, double rx, const SiteLimits& limits, Flags& flags) {
  if (s.verdict == Verdict::amber || s.verdict == Verdict::red || s.verdict == Verdict::urgent)
    raise(flags, "UNDERCOVERAGE", severity_of(s.verdict),
          s.name + ": " + s.verdict_reason + " (" + std::string(to_string(s.verdict)) + ").", judgement.deciding_value,
          judgement.deciding_limit);
  if (const auto cold = judgement.largest_cold_region_cc; cold && *cold > 0.0)
    raise(flags, "COLD_REGION", *cold > limits.cold_volume_cc ? Severity::action : Severity::warn,
          s.name + ": a region of " + number(*cold) + " cc receives less than " + number(limits.cold_dose_pct) + " % of the prescription.",
          cold, limits.cold_volume_cc);
  if (s.postop) flag_overdose(s, rx, limits, flags);
  if (s.preop && s.preop->v100_pct && *s.preop->v100_pct < limits.plan_goal_v100_pct)
    raise(flags, "PLAN_BELOW_GOAL", Severity::info,
          s.name + ": the plan itself has V100 " + number(*s.preop->v100_pct) + " %, below the goal of " +
              number(limits.plan_goal_v100_pct) + " %.",
          s.preop->v100_pct, limits.plan_goal_v100_pct);
  const auto compare_plan = [&](const std::optional<DoseMetrics>& other, const std::string& whose) {
    if (!s.preop || !s.preop->d90_gy || !(*s.preop->d90_gy > 0.0) || !other || !other->d90_gy) return;
    const double difference_pct = 100.0 * (*other->d90_gy / *s.preop->d90_gy - 1.0);
    if (std::abs(difference_pct) > limits.plan_dose_differs_pct)
      raise(flags, "PLAN_DOSE_DIFFERS", Severity::warn,
            s.name + ": D90 by the planning system's " + whose + " differs by " + number(difference_pct) +
                " % from the same plan computed here.",
            difference_pct, limits.plan_dose_differs_pct);
  };
  compare_plan(s.planning_system, "dose grid");
  compare_plan(s.planning_system_dvh, "own histogram");
  if (s.contour == ContourOrigin::postop && s.volume_preop_cc && s.volume_postop_cc && *s.volume_preop_cc > 0.0) {
    const double change_pct = 100.0 * (*s.volume_postop_cc / *s.volume_preop_cc - 1.0);
    if (std::abs(change_pct) > limits.target_change_pct)
      raise(flags, "TARGET_CHANGED", Severity::warn,
            s.name + ": its volume changed by " + number(change_pct) + " %: figures before and after are not of the same target.",
            change_pct, limits.target_change_pct);
  }
}

void flag_earlier(const FlagFacts& f, Flags& flags) {
  if (f.dose == nullptr || !f.dose->dose.earlier_implant || !f.dose->dose.earlier_implant->placed) return;
  const EarlierImplantAudit& e = *f.dose->dose.earlier_implant;
  raise(
      flags, "EARLIER_IMPLANT", Severity::info,
      seeds_text(e.seeds) + " of an earlier implant (" + e.source.id +
          (e.implant_date ? ", " + to_iso(e.implant_date->date) : std::string()) + "), " + std::to_string(e.found_again) +
          " of them found again, are not counted as new. Their dose is in no figure of this implant; with it: postop_with_earlier_implant.",
      e.seeds);
}

void flag_dose(const FlagFacts& f, const SiteLimits& limits, Flags& flags) {
  if (f.dose == nullptr || !f.dose->dose.rx_gy) return;
  const auto& structures = f.dose->dose.structures;
  std::string done;
  for (std::size_t n = 0; n < structures.size(); ++n) {
    const StructureAudit& s = structures[n];
    if (s.name == done) continue;  // the mapped contour of a structure that was judged on the post-op one
    done = s.name;
    if (s.role == StructureRole::target) {
      flag_target(s, f.dose->judgements[n], *f.dose->dose.rx_gy, limits, flags);
    } else if (!f.dose->judgements[n].holds_target && s.postop && s.postop->d2cc_gy && *s.postop->d2cc_gy > *f.dose->dose.rx_gy) {
      raise(flags, "OAR_LIMIT", Severity::warn, s.name + ": D2cc " + number(*s.postop->d2cc_gy) + " Gy is above the prescription.",
            s.postop->d2cc_gy, f.dose->dose.rx_gy);
    }
    // D2cc of less than 2 cc is the least dose: a small piece of an organ looks spared.
    if (s.role == StructureRole::oar && s.postop && s.postop->d2cc_gy && s.volume_postop_cc && *s.volume_postop_cc < kHottestCc)
      raise(flags, "OAR_SMALL", Severity::info,
            s.name + " has " + number(*s.volume_postop_cc) + " cc: D2cc is the least dose in it, look at D0.1cc.", s.volume_postop_cc,
            kHottestCc);
  }
}

}  // namespace

std::vector<Flag> raise_flags(const CaseAudit& audit, const FlagFacts& facts, const SiteLimits& limits) {
  Flags flags;
  flag_registration(audit, facts, flags);
  flag_dose(facts, limits, flags);
  flag_earlier(facts, flags);
  flag_counts(audit, limits, flags);
  flag_review(audit, flags);
  flag_body_position(audit, flags);
  flag_shared_frame(audit, flags);
  flag_seeds(audit, facts, flags);
  flag_source(facts, flags);
  flag_acquisition(audit, facts, limits, flags);
  for (Flag& doubt : doubts_of_input(audit.warnings)) flags.push_back(std::move(doubt));
  return flags;
}

std::vector<std::string> method_limits(const std::vector<Flag>& flags) {
  constexpr std::array<const char*, 6> kCodes{"HETEROGENEITY",     "METAL_REDUCED_SERIES", "TARGET_CHANGED",
                                              "PLAN_DOSE_DIFFERS", "IMPLANT_OFF_TARGET",   "BODY_POSITION_DOUBTFUL"};
  std::vector<std::string> out;
  for (const char* code : kCodes)
    if (std::any_of(flags.begin(), flags.end(), [&](const Flag& f) { return f.code == code; })) out.emplace_back(code);
  for (std::string& code : doubts_to_review(flags)) out.push_back(std::move(code));
  return out;
}

}  // namespace seedaudit
