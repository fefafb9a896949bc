// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/decision_tables.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace seedaudit;

namespace {

/// A seed at its planned place, in the target.
SeedFacts placed_seed() {
  SeedFacts f;
  f.frame_known = true;
  f.plan_or_target = true;
  f.plan_present = true;
  f.target_mm = -5.0;
  f.track_mm = 1.0;
  f.displacement_mm = 2.0;
  f.along_mm = 1.5;
  f.across_mm = 1.0;
  f.registration_tre_mm = 1.5;
  return f;
}

SeedStatus status_of(const SeedFacts& f) { return decide_seed_status(f, SiteLimits{}).status; }

DoseFacts good_dose() {
  DoseFacts f;
  f.d90_pct_of_rx = 104.0;
  f.v100_pct = 93.0;
  f.lowest_sector_v100_pct = 85.0;
  f.d90_below_planned_pct = 2.0;
  f.probability_d90_below_limit = 0.01;
  f.largest_cold_region_cc = 0.0;
  f.out_of_site_strength_pct = 0.0;
  return f;
}

Verdict verdict_of(const DoseFacts& f) { return decide_verdict(f, SiteLimits{}).verdict; }

}  // namespace

TEST_CASE("seed status: each row of the table, and its edge") {
  CHECK(status_of(placed_seed()) == SeedStatus::placed);

  SECTION("undetermined without a trusted frame, or without anything to compare with") {
    SeedFacts f = placed_seed();
    f.frame_known = false;
    f.region = TissueRegion::lung;
    f.target_mm = 80.0;
    f.track_mm = 80.0;
    CHECK(status_of(f) == SeedStatus::undetermined);
    f = placed_seed();
    f.plan_or_target = false;
    CHECK(status_of(f) == SeedStatus::undetermined);
  }
  SECTION("embolised: lung, heart or great vessel, away from target and tracks") {
    for (const TissueRegion region : {TissueRegion::lung, TissueRegion::heart, TissueRegion::great_vessel}) {
      SeedFacts f = placed_seed();
      f.region = region;
      f.target_mm = 10.1;
      f.track_mm = 10.1;
      CHECK(status_of(f) == SeedStatus::embolised);
      f.track_mm = 10.0;  // near a track: a target at the dome of the liver has needles through lung
      CHECK(status_of(f) != SeedStatus::embolised);
      f.track_mm = 10.1;
      f.target_mm = 10.0;
      CHECK(status_of(f) != SeedStatus::embolised);
    }
  }
  SECTION("migrated: outside the organ") {
    SeedFacts f = placed_seed();
    f.in_organ = false;
    f.target_mm = 10.1;
    f.track_mm = 10.1;
    f.registration_tre_mm = 5.0;  // the wider margin of an uncertain registration does not apply outside the organ
    CHECK(status_of(f) == SeedStatus::migrated);
    f.in_organ = true;
    CHECK(status_of(f) == SeedStatus::placed);
    f.in_organ.reset();
    f.region = TissueRegion::outside;
    CHECK(status_of(f) == SeedStatus::migrated);
  }
  SECTION("migrated: beyond max(10 mm, 3 x TRE) from target and every track") {
    SeedFacts f = placed_seed();
    f.target_mm = 10.1;
    f.track_mm = 10.1;
    CHECK(status_of(f) == SeedStatus::migrated);
    f.registration_tre_mm = 4.0;
    CHECK(status_of(f) == SeedStatus::placed);
    f.target_mm = f.track_mm = 12.1;
    CHECK(status_of(f) == SeedStatus::migrated);
    f.track_mm = 3.0;
    CHECK(status_of(f) == SeedStatus::placed);
    f.track_mm.reset();  // no needle is known: only the target can hold it
    CHECK(status_of(f) == SeedStatus::migrated);
    f.target_mm.reset();
    CHECK(status_of(f) == SeedStatus::placed);
  }
  SECTION("migrated: more than 30 mm from every target even on a track") {
    SeedFacts f = placed_seed();
    f.track_mm = 0.0;
    f.target_mm = 30.1;
    CHECK(status_of(f) == SeedStatus::migrated);
    f.target_mm = 30.0;
    CHECK(status_of(f) == SeedStatus::placed);
  }
  SECTION("misplaced: on the needle's line, not at its depth") {
    SeedFacts f = placed_seed();
    f.displacement_mm = 11.0;
    f.along_mm = -10.1;
    f.across_mm = 5.0;
    CHECK(status_of(f) == SeedStatus::misplaced);
    f.along_mm = -10.0;
    CHECK(status_of(f) == SeedStatus::displaced);
    f.along_mm = -10.1;
    f.across_mm = 5.1;
    CHECK(status_of(f) == SeedStatus::displaced);
  }
  SECTION("displaced: away from its place") {
    SeedFacts f = placed_seed();
    f.displacement_mm = 10.1;
    CHECK(status_of(f) == SeedStatus::displaced);
    f.displacement_mm = 10.0;
    CHECK(status_of(f) == SeedStatus::placed);
  }
  SECTION("unmatched: a plan, but no planned seed left") {
    SeedFacts f = placed_seed();
    f.displacement_mm.reset();
    f.along_mm.reset();
    f.across_mm.reset();
    CHECK(status_of(f) == SeedStatus::unmatched);
    f.plan_present = false;
    CHECK(status_of(f) == SeedStatus::placed);
  }
  SECTION("distances that are not numbers never make a seed migrated or displaced") {
    SeedFacts f = placed_seed();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    f.target_mm = nan;
    f.displacement_mm = nan;
    CHECK(status_of(f) == SeedStatus::placed);
  }
}

TEST_CASE("seed status: an earlier row wins over every later one") {
  SeedFacts f = placed_seed();
  f.region = TissueRegion::lung;
  f.in_organ = false;
  f.target_mm = f.track_mm = 60.0;
  f.displacement_mm = 60.0;
  f.along_mm = 60.0;
  f.across_mm = 1.0;
  CHECK(status_of(f) == SeedStatus::embolised);
  f.region = TissueRegion::tissue;
  CHECK(status_of(f) == SeedStatus::migrated);
  f.in_organ = true;
  f.target_mm = 5.0;
  CHECK(status_of(f) == SeedStatus::misplaced);
}

TEST_CASE("missing seeds: lost only by a record and a scan that shows enough") {
  for (const bool recorded : {false, true})
    for (const bool place : {false, true})
      for (const bool around : {false, true}) {
        const MissingStatus status = decide_missing_status({recorded, place, around});
        INFO("recorded " << recorded << ", place covered " << place << ", surroundings covered " << around);
        if (!place)
          CHECK(status == MissingStatus::undetermined);
        else if (!recorded)
          CHECK(status == MissingStatus::not_found);
        else
          CHECK(status == (around ? MissingStatus::lost : MissingStatus::undetermined));
      }
}

TEST_CASE("verdict: each row of the table, and its edge") {
  CHECK(verdict_of(good_dose()) == Verdict::green);
  struct Row {
    std::optional<double> DoseFacts::*value;
    double inside, at_limit;
    Verdict verdict;
  };
  // inside: just past the limit; at the limit itself the next milder row, or green, holds.
  const Row rows[] = {
      {&DoseFacts::d90_pct_of_rx, 79.99, 80.0, Verdict::urgent},
      {&DoseFacts::largest_cold_region_cc, 1.01, 1.0, Verdict::urgent},
      {&DoseFacts::out_of_site_strength_pct, 20.1, 20.0, Verdict::urgent},
      {&DoseFacts::d90_pct_of_rx, 89.99, 90.0, Verdict::red},
      {&DoseFacts::v100_pct, 79.99, 80.0, Verdict::red},
      {&DoseFacts::probability_d90_below_limit, 0.51, 0.5, Verdict::red},
      {&DoseFacts::d90_pct_of_rx, 99.99, 100.0, Verdict::amber},
      {&DoseFacts::v100_pct, 89.99, 90.0, Verdict::amber},
      {&DoseFacts::lowest_sector_v100_pct, 79.99, 80.0, Verdict::amber},
      {&DoseFacts::d90_below_planned_pct, 10.1, 10.0, Verdict::amber},
  };
  for (const Row& row : rows) {
    DoseFacts f = good_dose();
    f.*row.value = row.inside;
    const VerdictDecision decision = decide_verdict(f, SiteLimits{});
    INFO(decision.reason);
    CHECK(decision.verdict == row.verdict);
    REQUIRE(decision.value);
    CHECK(*decision.value == row.inside);
    CHECK(decision.limit == row.at_limit);
    f.*row.value = row.at_limit;
    CHECK(verdict_of(f) < row.verdict);
  }
}

TEST_CASE("verdict: the worst row wins whatever else holds") {
  DoseFacts f = good_dose();
  f.v100_pct = 85.0;              // amber
  f.lowest_sector_v100_pct = 10;  // amber
  CHECK(verdict_of(f) == Verdict::amber);
  f.probability_d90_below_limit = 0.9;  // red
  CHECK(verdict_of(f) == Verdict::red);
  f.largest_cold_region_cc = 3.0;  // urgent
  CHECK(verdict_of(f) == Verdict::urgent);
}

TEST_CASE("verdict: nothing is said of a dose that is not known") {
  DoseFacts f = good_dose();
  f.d90_pct_of_rx.reset();
  CHECK(verdict_of(f) == Verdict::not_assessed);
  f = good_dose();
  f.v100_pct.reset();
  CHECK(verdict_of(f) == Verdict::not_assessed);
  f = good_dose();
  f.d90_pct_of_rx = std::numeric_limits<double>::quiet_NaN();
  CHECK(verdict_of(f) == Verdict::not_assessed);
  CHECK(verdict_of(DoseFacts{}) == Verdict::not_assessed);
}

TEST_CASE("severity of a verdict") {
  CHECK(severity_of(Verdict::urgent) == Severity::action);
  CHECK(severity_of(Verdict::red) == Severity::action);
  CHECK(severity_of(Verdict::amber) == Severity::warn);
  CHECK(severity_of(Verdict::green) == Severity::info);
  CHECK(severity_of(Verdict::not_assessed) == Severity::info);
}

TEST_CASE("count against the record: amber up to max(2, 5 %), red beyond") {
  const SiteLimits limits;
  CHECK(compare_count(20, 20, limits) == CountAgreement::agrees);
  CHECK(compare_count(18, 20, limits) == CountAgreement::amber);
  CHECK(compare_count(22, 20, limits) == CountAgreement::amber);
  CHECK(compare_count(17, 20, limits) == CountAgreement::red);
  CHECK(compare_count(95, 100, limits) == CountAgreement::amber);
  CHECK(compare_count(94, 100, limits) == CountAgreement::red);
  CHECK(compare_count(0, 1, limits) == CountAgreement::amber);
}

TEST_CASE("trust: failed, review with every reason, ok") {
  TrustFacts f;
  f.seeds_found = 20;
  f.registration_needed = true;
  f.registration = OutcomeKind::ok;
  f.plan_present = f.contours_present = f.dose_computed = true;
  f.detection = OutcomeKind::ok;
  f.count_sure = true;
  CHECK(decide_trust(f).status == AuditStatus::ok);

  const auto with = [&](auto change) {
    TrustFacts g = f;
    change(g);
    return decide_trust(g);
  };
  CHECK(with([](TrustFacts& g) { g.seeds_found = 0; }).status == AuditStatus::failed);
  CHECK(with([](TrustFacts& g) { g.registration = OutcomeKind::failed; }).status == AuditStatus::failed);
  CHECK(with([](TrustFacts& g) { g.detection = OutcomeKind::failed; }).status == AuditStatus::failed);
  // A registration that nobody needed cannot fail an audit.
  CHECK(with([](TrustFacts& g) {
          g.registration_needed = false;
          g.registration = OutcomeKind::failed;
        }).status == AuditStatus::ok);
  CHECK(with([](TrustFacts& g) { g.registration = OutcomeKind::low_confidence; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.registration = OutcomeKind::not_run; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.plan_present = false; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.planned = g.seeds_found - 1; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.planned = g.seeds_found + 1; }).status == AuditStatus::ok);
  CHECK(with([](TrustFacts& g) {
          g.planned = g.seeds_found - 1;
          g.record = CountAgreement::agrees;
        }).status == AuditStatus::ok);
  CHECK(with([](TrustFacts& g) { g.contours_present = false; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.dose_computed = false; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.detection = OutcomeKind::low_confidence; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.count_sure = false; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.record = CountAgreement::amber; }).status == AuditStatus::review);
  CHECK(with([](TrustFacts& g) { g.record = CountAgreement::agrees; }).status == AuditStatus::ok);
  CHECK(with([](TrustFacts& g) { g.method_limits = {"HETEROGENEITY"}; }).status == AuditStatus::review);

  const TrustDecision both = with([](TrustFacts& g) {
    g.plan_present = false;
    g.contours_present = false;
  });
  CHECK(both.reason.find("no plan") != std::string::npos);
  CHECK(both.reason.find("no contours") != std::string::npos);

  CHECK(exit_status(AuditStatus::ok) == 0);
  CHECK(exit_status(AuditStatus::review) == 0);
  CHECK(exit_status(AuditStatus::failed) == 4);
}

TEST_CASE("site limits check themselves and quote the value") {
  CHECK(SiteLimits{}.check().ok());
  SiteLimits limits;
  limits.margin_mm = -1.0;
  REQUIRE_FALSE(limits.check().ok());
  CHECK(limits.check().error().what.find("margin_mm") != std::string::npos);
  CHECK(limits.check().error().what.find("-1") != std::string::npos);
  limits = {};
  limits.red_probability = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(limits.check().ok());
  limits = {};
  limits.red_d90_pct = 70.0;  // below urgent
  CHECK_FALSE(limits.check().ok());
  limits = {};
  limits.amber_v100_pct = 70.0;  // below red
  CHECK_FALSE(limits.check().ok());
}

TEST_CASE("every limit moves the row it belongs to") {
  SiteLimits limits;
  SeedFacts f = placed_seed();
  f.displacement_mm = 8.0;
  limits.placed_mm = 7.0;
  CHECK(decide_seed_status(f, limits).status == SeedStatus::displaced);
  f = placed_seed();
  f.target_mm = f.track_mm = 9.0;
  limits = {};
  limits.margin_mm = 8.0;
  CHECK(decide_seed_status(f, limits).status == SeedStatus::migrated);
  limits = {};
  limits.far_mm = 8.0;
  CHECK(decide_seed_status(f, limits).status == SeedStatus::migrated);
  f = placed_seed();
  f.target_mm = f.track_mm = 11.0;
  f.registration_tre_mm = 4.0;
  limits = {};
  limits.tre_factor = 0.0;
  CHECK(decide_seed_status(f, limits).status == SeedStatus::migrated);
  DoseFacts d = good_dose();
  limits = {};
  limits.amber_d90_pct = 105.0;
  CHECK(decide_verdict(d, limits).verdict == Verdict::amber);
}
