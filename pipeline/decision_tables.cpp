// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/decision_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace seedaudit {
namespace {

std::string number(double v) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", v);
  return text.data();
}

/// How far a seed may lie from target and tracks before it has left: at least the margin, more where the registration is uncertain.
double leaving_distance_mm(const SeedFacts& f, const SiteLimits& l) { return std::max(l.margin_mm, l.tre_factor * f.registration_tre_mm); }

bool beyond(const std::optional<double>& distance_mm, double limit_mm) { return distance_mm && *distance_mm > limit_mm; }

/// Far from the target and from every track. What is not known (no target drawn, no needle known) cannot hold a seed back, but at least
/// one of the two must be known.
bool beyond_target_and_tracks(const SeedFacts& f, double limit_mm) {
  if (!f.target_mm && !f.track_mm) return false;
  return (!f.target_mm || *f.target_mm > limit_mm) && (!f.track_mm || *f.track_mm > limit_mm);
}

using SeedRule = bool (*)(const SeedFacts&, const SiteLimits&);
struct SeedRow {
  SeedStatus status;
  const char* reason;
  SeedRule fits;
};

/// Status of a seed: the first row that fits.
constexpr std::array<SeedRow, 10> kSeedRows{{
    {SeedStatus::undetermined, "the plan is not known in the frame of this scan",
     [](const SeedFacts& f, const SiteLimits&) { return !f.frame_known; }},
    {SeedStatus::undetermined, "there is neither a plan nor a target to compare with",
     [](const SeedFacts& f, const SiteLimits&) { return !f.plan_or_target; }},
    {SeedStatus::embolised, "in lung, heart or great vessel, away from the target and from every needle track",
     [](const SeedFacts& f, const SiteLimits& l) {
       const bool on_the_way = f.region == TissueRegion::lung || f.region == TissueRegion::heart || f.region == TissueRegion::great_vessel;
       return on_the_way && beyond_target_and_tracks(f, l.margin_mm);
     }},
    {SeedStatus::migrated, "outside the organ, away from the target and from every needle track",
     [](const SeedFacts& f, const SiteLimits& l) {
       const bool outside_organ = (f.in_organ && !*f.in_organ) || f.region == TissueRegion::outside;
       return outside_organ && beyond_target_and_tracks(f, l.margin_mm);
     }},
    {SeedStatus::migrated, "farther from the target and from every needle track than needle and registration errors explain",
     [](const SeedFacts& f, const SiteLimits& l) { return beyond_target_and_tracks(f, leaving_distance_mm(f, l)); }},
    {SeedStatus::migrated, "far from every target", [](const SeedFacts& f, const SiteLimits& l) { return beyond(f.target_mm, l.far_mm); }},
    {SeedStatus::misplaced, "on the line of its needle, but not at its planned depth",
     [](const SeedFacts& f, const SiteLimits& l) {
       return f.across_mm && *f.across_mm <= l.needle_line_mm && f.along_mm && std::abs(*f.along_mm) > l.placed_mm;
     }},
    {SeedStatus::displaced, "away from its planned place and not along its needle",
     [](const SeedFacts& f, const SiteLimits& l) { return beyond(f.displacement_mm, l.placed_mm); }},
    {SeedStatus::unmatched, "no planned seed is left to match",
     [](const SeedFacts& f, const SiteLimits&) { return f.plan_present && !f.displacement_mm; }},
    {SeedStatus::placed, "near its planned place, or in the target where there is no plan",
     [](const SeedFacts&, const SiteLimits&) { return true; }},
}};

struct MissingRow {
  MissingStatus status;
  bool (*fits)(const MissingFacts&);
};

/// Status of a planned seed that was not found: the first row that fits.
constexpr std::array<MissingRow, 4> kMissingRows{{
    {MissingStatus::undetermined, [](const MissingFacts& f) { return !f.place_covered; }},
    {MissingStatus::not_found, [](const MissingFacts& f) { return !f.recorded_as_implanted; }},
    {MissingStatus::lost, [](const MissingFacts& f) { return f.surroundings_covered; }},
    {MissingStatus::undetermined, [](const MissingFacts&) { return true; }},
}};

enum class Side { below, above };
struct VerdictRow {
  Verdict verdict;
  const char* name;
  const char* unit;
  std::optional<double> DoseFacts::*value;
  Side side;
  double SiteLimits::*limit;
};

/// Verdict on the dose: the worst row that fits; the rows stand from worst to mildest.
constexpr std::array<VerdictRow, 10> kVerdictRows{{
    {Verdict::urgent, "D90", "% of the prescription", &DoseFacts::d90_pct_of_rx, Side::below, &SiteLimits::urgent_d90_pct},
    {Verdict::urgent, "largest cold region", "cc", &DoseFacts::largest_cold_region_cc, Side::above, &SiteLimits::cold_volume_cc},
    {Verdict::urgent, "strength out of the site", "% of the implant", &DoseFacts::out_of_site_strength_pct, Side::above,
     &SiteLimits::out_of_site_pct},
    {Verdict::red, "D90", "% of the prescription", &DoseFacts::d90_pct_of_rx, Side::below, &SiteLimits::red_d90_pct},
    {Verdict::red, "V100", "%", &DoseFacts::v100_pct, Side::below, &SiteLimits::red_v100_pct},
    {Verdict::red, "probability that D90 is below the limit", "", &DoseFacts::probability_d90_below_limit, Side::above,
     &SiteLimits::red_probability},
    {Verdict::amber, "D90", "% of the prescription", &DoseFacts::d90_pct_of_rx, Side::below, &SiteLimits::amber_d90_pct},
    {Verdict::amber, "V100", "%", &DoseFacts::v100_pct, Side::below, &SiteLimits::amber_v100_pct},
    {Verdict::amber, "lowest V100 of a sector", "%", &DoseFacts::lowest_sector_v100_pct, Side::below, &SiteLimits::amber_sector_v100_pct},
    {Verdict::amber, "fall of D90 below the planned", "%", &DoseFacts::d90_below_planned_pct, Side::above, &SiteLimits::amber_d90_drop_pct},
}};

struct TrustRow {
  AuditStatus status;
  const char* reason;
  bool (*fits)(const TrustFacts&);
};

/// Trust in the audit: failed where a row of it fits, else review with every reason that fits, else ok.
constexpr std::array<TrustRow, 12> kTrustRows{{
    {AuditStatus::failed, "no seed was found", [](const TrustFacts& f) { return f.seeds_found == 0; }},
    {AuditStatus::failed, "the search for seeds failed", [](const TrustFacts& f) { return f.detection == OutcomeKind::failed; }},
    {AuditStatus::failed, "registration failed",
     [](const TrustFacts& f) { return f.registration_needed && f.registration_possible && f.registration == OutcomeKind::failed; }},
    {AuditStatus::review, "registration of low confidence",
     [](const TrustFacts& f) { return f.registration_needed && f.registration == OutcomeKind::low_confidence; }},
    {AuditStatus::review, "plan and scan were not brought into one frame",
     [](const TrustFacts& f) { return f.registration_needed && f.registration == OutcomeKind::not_run; }},
    {AuditStatus::review, "no plan in the case", [](const TrustFacts& f) { return !f.plan_present; }},
    {AuditStatus::review, "no contours in the case", [](const TrustFacts& f) { return !f.contours_present; }},
    {AuditStatus::review, "no dose could be computed", [](const TrustFacts& f) { return !f.dose_computed; }},
    {AuditStatus::review, "the detection is of low confidence",
     [](const TrustFacts& f) { return f.detection == OutcomeKind::low_confidence; }},
    {AuditStatus::review, "the image supports another seed count too well", [](const TrustFacts& f) { return !f.count_sure; }},
    {AuditStatus::review, "count and implant record disagree",
     [](const TrustFacts& f) { return f.record && *f.record != CountAgreement::agrees; }},
    // Fewer than planned is common; more has no innocent reason without a record: something else was taken for seeds.
    // A reviewer who looked at each and confirmed the count is such a reason.
    {AuditStatus::review, "more seeds found than planned, and no record says why",
     [](const TrustFacts& f) { return !f.record && !f.count_confirmed && f.planned && f.seeds_found > *f.planned; }},
}};

struct LimitRule {
  const char* name;
  double SiteLimits::*value;
  double low, high;
};

constexpr std::array<LimitRule, 23> kLimitRules{{
    {"placed_mm", &SiteLimits::placed_mm, 0.1, 100.0},
    {"needle_line_mm", &SiteLimits::needle_line_mm, 0.1, 100.0},
    {"margin_mm", &SiteLimits::margin_mm, 0.1, 100.0},
    {"tre_factor", &SiteLimits::tre_factor, 0.0, 10.0},
    {"far_mm", &SiteLimits::far_mm, 1.0, 500.0},
    {"coverage_mm", &SiteLimits::coverage_mm, 0.0, 1000.0},
    {"urgent_d90_pct", &SiteLimits::urgent_d90_pct, 0.0, 200.0},
    {"red_d90_pct", &SiteLimits::red_d90_pct, 0.0, 200.0},
    {"amber_d90_pct", &SiteLimits::amber_d90_pct, 0.0, 200.0},
    {"red_v100_pct", &SiteLimits::red_v100_pct, 0.0, 100.0},
    {"amber_v100_pct", &SiteLimits::amber_v100_pct, 0.0, 100.0},
    {"amber_sector_v100_pct", &SiteLimits::amber_sector_v100_pct, 0.0, 100.0},
    {"amber_d90_drop_pct", &SiteLimits::amber_d90_drop_pct, 0.0, 100.0},
    {"red_probability", &SiteLimits::red_probability, 0.0, 1.0},
    {"cold_dose_pct", &SiteLimits::cold_dose_pct, 0.0, 100.0},
    {"cold_volume_cc", &SiteLimits::cold_volume_cc, 0.0, 1000.0},
    {"out_of_site_pct", &SiteLimits::out_of_site_pct, 0.0, 100.0},
    {"count_amber_seeds", &SiteLimits::count_amber_seeds, 0.0, 100.0},
    {"count_amber_pct", &SiteLimits::count_amber_pct, 0.0, 100.0},
    {"plan_goal_v100_pct", &SiteLimits::plan_goal_v100_pct, 0.0, 100.0},
    {"overdose_v150_pct", &SiteLimits::overdose_v150_pct, 0.0, 100.0},
    {"overdose_v200_pct", &SiteLimits::overdose_v200_pct, 0.0, 100.0},
    {"overdose_d90_pct", &SiteLimits::overdose_d90_pct, 0.0, 1000.0},
}};

constexpr std::array<LimitRule, 4> kMoreLimitRules{{
    {"target_change_pct", &SiteLimits::target_change_pct, 0.0, 1000.0},
    {"plan_dose_differs_pct", &SiteLimits::plan_dose_differs_pct, 0.0, 100.0},
    {"thick_slice_mm", &SiteLimits::thick_slice_mm, 0.1, 20.0},
    {"sure_count", &SiteLimits::sure_count, 0.0, 1.0},
}};

Status check_rule(const SiteLimits& limits, const LimitRule& rule) {
  const double v = limits.*rule.value;
  if (v >= rule.low && v <= rule.high) return ok_status();
  return Error{ErrorCode::invalid_option, std::string("site limit ") + rule.name + " is " + number(v), "site limits of " + limits.site,
               "Give a value from " + number(rule.low) + " to " + number(rule.high) + "."};
}

}  // namespace

std::string_view to_string(TissueRegion v) {
  switch (v) {
    case TissueRegion::tissue:
      return "tissue";
    case TissueRegion::lung:
      return "lung";
    case TissueRegion::heart:
      return "heart";
    case TissueRegion::great_vessel:
      return "great_vessel";
    case TissueRegion::bone:
      return "bone";
    case TissueRegion::outside:
      return "outside";
  }
  return "tissue";
}

Status SiteLimits::check() const {
  for (const LimitRule& rule : kLimitRules)
    if (Status s = check_rule(*this, rule); !s) return s;
  for (const LimitRule& rule : kMoreLimitRules)
    if (Status s = check_rule(*this, rule); !s) return s;
  if (!(urgent_d90_pct <= red_d90_pct && red_d90_pct <= amber_d90_pct))
    return Error{ErrorCode::invalid_option,
                 "D90 limits are not in order: urgent " + number(urgent_d90_pct) + ", red " + number(red_d90_pct) + ", amber " +
                     number(amber_d90_pct),
                 "site limits of " + site, "Give urgent <= red <= amber."};
  if (!(red_v100_pct <= amber_v100_pct))
    return Error{ErrorCode::invalid_option,
                 "V100 limits are not in order: red " + number(red_v100_pct) + ", amber " + number(amber_v100_pct),
                 "site limits of " + site, "Give red <= amber."};
  return ok_status();
}

SeedDecision decide_seed_status(const SeedFacts& facts, const SiteLimits& limits) {
  for (const SeedRow& row : kSeedRows)
    if (row.fits(facts, limits)) return {row.status, row.reason};
  return {};
}

MissingStatus decide_missing_status(const MissingFacts& facts) {
  for (const MissingRow& row : kMissingRows)
    if (row.fits(facts)) return row.status;
  return MissingStatus::undetermined;
}

VerdictDecision decide_verdict(const DoseFacts& facts, const SiteLimits& limits) {
  const auto finite = [](const std::optional<double>& v) { return v && std::isfinite(*v); };
  if (!finite(facts.d90_pct_of_rx) || !finite(facts.v100_pct)) return {Verdict::not_assessed, "no D90 and V100 of a target", {}, {}};
  for (const VerdictRow& row : kVerdictRows) {
    const std::optional<double>& value = facts.*row.value;
    if (!finite(value)) continue;
    const double limit = limits.*row.limit;
    const bool fits = row.side == Side::below ? *value < limit : *value > limit;
    if (!fits) continue;
    const std::string unit = row.unit[0] != '\0' ? std::string(" ") + row.unit : "";
    return {row.verdict,
            std::string(row.name) + " " + number(*value) + unit + (row.side == Side::below ? " is below " : " is above ") + number(limit),
            *value, limit};
  }
  return {Verdict::green, "no limit is exceeded", {}, {}};
}

Severity severity_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::urgent:
    case Verdict::red:
      return Severity::action;
    case Verdict::amber:
      return Severity::warn;
    case Verdict::green:
    case Verdict::not_assessed:
      break;
  }
  return Severity::info;
}

CountAgreement compare_count(int found, int recorded, const SiteLimits& limits) {
  const double difference = std::abs(found - recorded);
  if (difference == 0.0) return CountAgreement::agrees;
  const double tolerated = std::max(limits.count_amber_seeds, limits.count_amber_pct / 100.0 * recorded);
  return difference <= tolerated ? CountAgreement::amber : CountAgreement::red;
}

TrustDecision decide_trust(const TrustFacts& facts) {
  TrustDecision decision{AuditStatus::ok, ""};
  for (const TrustRow& row : kTrustRows) {
    if (!row.fits(facts)) continue;
    if (row.status == AuditStatus::failed) return {row.status, row.reason};
    decision.status = row.status;
    decision.reason += (decision.reason.empty() ? "" : "; ") + std::string(row.reason);
  }
  for (const std::string& code : facts.method_limits) {
    decision.status = AuditStatus::review;
    decision.reason += (decision.reason.empty() ? "" : "; ") + code;
  }
  if (decision.status == AuditStatus::ok) decision.reason = "every stage succeeded";
  return decision;
}

int exit_status(AuditStatus status) { return status == AuditStatus::failed ? 4 : 0; }

}  // namespace seedaudit
