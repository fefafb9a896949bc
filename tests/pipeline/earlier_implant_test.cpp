// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/earlier_implant.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/pipeline/audited.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

ErrorCode refused(const ImplantCase& c, const std::string& hint) {
  const auto settled = settle_earlier(c);
  REQUIRE_FALSE(settled);
  INFO(settled.error().message());
  CHECK(settled.error().what.find("earlier implant") == 0);
  CHECK(settled.error().hint.find(hint) != std::string::npos);
  return settled.error().code;
}

int set_aside_count(const CaseAudit& a) {
  const auto& r = a.detection.rejected;
  return static_cast<int>(std::count_if(r.begin(), r.end(), [](const auto& c) { return c.reason == "already_preop"; }));
}

constexpr int kEarlierSeeds = 8;

/// Eight seeds of 0.9 U at the corners of a cube of 10 mm, 5 mm from every planned one.
EarlierImplant cube_of_seeds(const Eigen::Vector3d& shift_mm = {0, 0, 0}) {
  EarlierImplant e;
  e.list.path = "earlier.csv";
  e.list.isotope = "I-125";
  for (int n = 0; n < kEarlierSeeds; ++n) {
    PlannedSeed s;
    s.index = n;
    s.center = {Eigen::Vector3d((n & 1) != 0 ? 5.0 : -5.0, (n & 2) != 0 ? 5.0 : -5.0, (n & 4) != 0 ? 5.0 : -5.0) + shift_mm};
    s.axis = Axis<PlanFrame>{Eigen::Vector3d::UnitZ()};
    s.strength = AirKermaU{0.9};
    e.list.seeds.push_back(s);
  }
  e.frame = SeedListFrame::preop;
  e.strength.isotope = "I-125";
  e.strength.source_id = "amersham-6711";
  e.strength.implant_date = DateTime{*parse_date("2025-06-01"), {}};
  e.strength.strength_reference_date = e.strength.implant_date;
  return e;
}

void show_in_scan(ImplantCase& c, const EarlierImplant& e, const Eigen::Vector3d& shift_mm = {0, 0, 0}) {
  // Among the others, so that whose strength is whose depends on the order kept.
  for (const PlannedSeed& s : e.list.seeds) {
    GivenSeed g;
    g.center = {s.center.mm + shift_mm};
    g.axis = Axis<CtFrame>{Eigen::Vector3d::UnitZ()};
    c.given_seeds->insert(c.given_seeds->begin() + static_cast<std::ptrdiff_t>(2 * s.index), g);
  }
}

}  // namespace

TEST_CASE("seeds of an earlier implant are told apart, and their dose stands beside the new implant's, never in it", "[heavy]") {
  const CaseAudit alone = audited(small_case());
  ImplantCase c = small_case();
  c.earlier = cube_of_seeds();
  show_in_scan(c, *c.earlier, {0.3, -0.4, 0.2});  // the scan shows them half a millimetre off the list
  const CaseAudit a = audited(c);
  CHECK(a.seeds.size() == 27);
  CHECK(a.counts.found == 27);
  CHECK(set_aside_count(a) == kEarlierSeeds);
  REQUIRE(a.dose->earlier_implant);
  CHECK(a.dose->earlier_implant->placed);
  CHECK(a.dose->earlier_implant->found_again == kEarlierSeeds);
  CHECK(a.dose->earlier_implant->strength_u == Approx(0.9));
  CHECK(flag(a, "EARLIER_IMPLANT"));
  const StructureAudit &s = a.dose->structures.front(), &without = alone.dose->structures.front();
  // Not one figure of the implant under audit moves.
  CHECK(*s.postop->d90_gy == *without.postop->d90_gy);
  CHECK(*s.postop->v100_pct == *without.postop->v100_pct);
  CHECK(a.dose->trak_ugy == alone.dose->trak_ugy);
  CHECK(a.verdict == alone.verdict);
  CHECK_FALSE(without.postop_with_earlier_implant);
  REQUIRE(s.earlier_implant);
  REQUIRE(s.postop_with_earlier_implant);
  // Doses add at every sample, so their means do: to the rounding of floats.
  CHECK(*s.postop_with_earlier_implant->dmean_gy == Approx(*s.postop->dmean_gy + *s.earlier_implant->dmean_gy).epsilon(1e-5));
  CHECK(*s.earlier_implant->d90_gy > 10.0);
  CHECK(*s.postop_with_earlier_implant->d90_gy > *s.postop->d90_gy + *s.earlier_implant->d100_gy);
}

TEST_CASE("advice on supplementary seeds knows the dose of an earlier implant, and judges its goal without it", "[heavy]") {
  ImplantCase poor = small_case();
  poor.given_seeds->erase(poor.given_seeds->begin(), poor.given_seeds->begin() + 9);
  const CaseAudit alone = audited(poor);
  poor.earlier = cube_of_seeds();
  const CaseAudit a = audited(std::move(poor));
  const StructureAudit& s = a.dose->structures.front();
  REQUIRE(s.supplement);
  REQUIRE(s.supplement->before_with_earlier);
  CHECK(s.supplement->before_with_earlier->v100_pct == Approx(*s.postop_with_earlier_implant->v100_pct).epsilon(1e-9));
  CHECK(s.supplement->before.v100_pct == Approx(*s.postop->v100_pct).epsilon(1e-9));
  CHECK(s.supplement->outcome != SupplementOutcome::not_needed);
  REQUIRE(alone.dose->structures.front().supplement);
  CHECK_FALSE(alone.dose->structures.front().supplement->before_with_earlier);
}

TEST_CASE("without the list the same seeds would be counted and dosed as new", "[heavy]") {
  ImplantCase c = small_case();
  show_in_scan(c, cube_of_seeds());
  CHECK(audited(c).seeds.size() == 27 + kEarlierSeeds);
}

TEST_CASE("an earlier implant keeps its own isotope, strengths and dates", "[heavy]") {
  const auto dose_of = [](EarlierImplant e) {
    ImplantCase c = small_case();
    c.earlier = std::move(e);
    const CaseAudit a = audited(c);
    REQUIRE(a.dose->structures.front().earlier_implant);
    return std::pair{*a.dose->structures.front().earlier_implant->dmean_gy, *a.dose->earlier_implant};
  };
  const EarlierImplant iodine = cube_of_seeds();
  const auto [mean, report] = dose_of(iodine);
  // Delivered by the scan of 2026-03-02, 274 days after: 1 - 2^(-274 / 59.40).
  CHECK(report.fraction_delivered == Approx(1.0 - std::exp2(-274.0 / 59.40)).epsilon(1e-6));

  EarlierImplant decayed = iodine;  // calibrated one half-life before it was implanted: half the strength, half the dose
  decayed.strength.strength_reference_date = DateTime{*parse_date("2025-06-01") - std::chrono::days{59}, {}};
  const auto [half, half_report] = dose_of(decayed);
  CHECK(half / mean == Approx(std::exp2(-59.0 / 59.40)).epsilon(1e-4));
  CHECK(half_report.strength_u == Approx(0.9 * std::exp2(-59.0 / 59.40)).epsilon(1e-6));

  EarlierImplant palladium = iodine;
  palladium.list.isotope = palladium.strength.isotope = "Pd-103";
  palladium.strength.source_id = "theragenics-200";
  const auto [other, other_report] = dose_of(palladium);
  CHECK(other_report.source.isotope == "Pd-103");
  // A third of the mean life and a steeper fall: well below half of iodine's dose at the same strength.
  CHECK(other < 0.5 * mean);
  CHECK(other > 0.1 * mean);
}

TEST_CASE("of a new seed beside an earlier one the right one is set aside") {
  ImplantCase c = small_case();
  c.earlier = cube_of_seeds();
  c.earlier->list.seeds.resize(1);
  // The earlier seed is listed 2.5 mm from a planned place; the scan shows both 1 mm towards each other's place.
  const Eigen::Vector3d planned = c.plan->seeds[13].center.mm, listed = planned + Eigen::Vector3d(2.5, 0.0, 0.0);
  c.earlier->list.seeds[0].center = {listed};
  (*c.given_seeds)[13].center = {planned + Eigen::Vector3d(0.5, 0.0, 0.0)};
  GivenSeed old = (*c.given_seeds)[13];
  old.center = {listed + Eigen::Vector3d(-0.8, 0.0, 0.0)};
  c.given_seeds->push_back(old);
  const CaseAudit a = audited(c);
  CHECK(a.seeds.size() == 27);
  CHECK(set_aside_count(a) == 1);
  CHECK((a.detection.rejected.front().center.mm - old.center.mm).norm() < 1e-9);
  CHECK(a.missing.empty());
  CHECK(warned(a, "EARLIER_OR_NEW_UNCLEAR"));
}

TEST_CASE("an earlier seed that left does not take a new one with it, and is said", "[heavy]") {
  ImplantCase c = small_case();
  c.earlier = cube_of_seeds();
  c.earlier->list.seeds.resize(1);
  c.earlier->list.seeds[0].center = {c.plan->seeds[13].center.mm + Eigen::Vector3d(4.0, 0.0, 0.0)};
  const CaseAudit a = audited(c);
  CHECK(a.seeds.size() == 27);
  CHECK(set_aside_count(a) == 0);
  CHECK(a.dose->earlier_implant->found_again == 0);
  CHECK(warned(a, "EARLIER_SEED_NOT_FOUND"));
  CHECK(flag(a, "EARLIER_SEED_NOT_FOUND"));
  CHECK(a.status == AuditStatus::review);
  // Its dose is still given, from its listed place.
  CHECK(a.dose->structures.front().earlier_implant);
}

TEST_CASE("earlier seeds that the pre-op scan showed already count as found again, and give their dose from there") {
  ImplantCase c = small_case();
  c.given_seeds.reset();
  c.earlier = cube_of_seeds();
  Detection detection;
  const Eigen::Vector3d off(0.0, 1.0, 0.0);
  for (const PlannedSeed& s : c.earlier->list.seeds) detection.rejected.push_back({{s.center.mm + off}, "already_preop", 0.0, 0.0});
  detection.rejected.back().reason = "clip";  // one of them was taken for something else: not found again
  const auto basics = settle_earlier(c);
  REQUIRE(basics);
  PlanRegistration same;
  same.method = "same_frame";
  same.outcome = {OutcomeKind::ok, "one frame"};
  const PlacedEarlier placed = place_earlier(c, *basics, same, DetectorOptions{}, detection);
  CHECK(placed.placed);
  CHECK(placed.found_again == kEarlierSeeds - 1);
  CHECK(detection.rejected.size() == kEarlierSeeds);
  REQUIRE(placed.seeds.size() == kEarlierSeeds);
  CHECK((placed.seeds.front().center.mm - c.earlier->list.seeds.front().center.mm - off).norm() < 1e-9);
  CHECK((placed.seeds.back().center.mm - c.earlier->list.seeds.back().center.mm).norm() < 1e-9);
  CHECK(std::abs(placed.seeds.front().axis->unit.z()) == Approx(1.0));
}

TEST_CASE("a list without a frame lies where the scan shows its seeds", "[heavy]") {
  // Pre-op and post-op 30 mm apart.
  const Eigen::Vector3d apart(0.0, 30.0, 0.0);
  ImplantCase c = small_case();
  c.plan_in_postop_frame = false;
  Rigid<CtFrame, PlanFrame> move;
  move.iso.translation() = apart;
  c.given_registration = Warp<CtFrame, PlanFrame>{move, nullptr};
  for (GivenSeed& g : *c.given_seeds) g.center.mm += apart;
  show_in_scan(c, cube_of_seeds(), apart);
  SECTION("listed on the pre-op image") {
    c.earlier = cube_of_seeds();
    c.earlier->frame = SeedListFrame::unstated;
    const CaseAudit a = audited(c);
    CHECK(a.seeds.size() == 27);
    CHECK(a.dose->earlier_implant->frame == "preop");
    CHECK(a.dose->earlier_implant->why.find("8 of 8") != std::string::npos);
  }
  SECTION("listed on the post-op scan") {
    c.earlier = cube_of_seeds(apart);
    c.earlier->frame = SeedListFrame::unstated;
    const CaseAudit a = audited(c);
    CHECK(a.seeds.size() == 27);
    CHECK(a.dose->earlier_implant->frame == "postop");
  }
  SECTION("listed somewhere else: nothing is told apart, no dose, a person must look") {
    c.earlier = cube_of_seeds({60.0, 0.0, 0.0});
    c.earlier->frame = SeedListFrame::unstated;
    const CaseAudit a = audited(c);
    CHECK(a.seeds.size() == 27 + kEarlierSeeds);
    CHECK_FALSE(a.dose->earlier_implant->placed);
    CHECK_FALSE(a.dose->structures.front().postop_with_earlier_implant);
    CHECK(flag(a, "EARLIER_NOT_PLACED"));
    CHECK(a.status == AuditStatus::review);
  }
  SECTION("on the pre-op image without a registration: not placed") {
    c.given_registration.reset();
    c.earlier = cube_of_seeds();
    const CaseAudit a = audited(c);
    REQUIRE(a.dose->earlier_implant);
    CHECK_FALSE(a.dose->earlier_implant->placed);
    CHECK(warned(a, "EARLIER_NOT_PLACED"));
  }
}

TEST_CASE("an earlier implant whose dose cannot be known is refused, saying which option mends it", "[heavy]") {
  ImplantCase c = small_case();
  c.strength.implant_date = DateTime{*parse_date("2026-01-31"), {}};
  c.earlier = cube_of_seeds();
  REQUIRE(settle_earlier(c));
  SECTION("no source and no isotope") {
    c.earlier->strength.source_id.clear();
    c.earlier->strength.isotope.clear();
    c.earlier->list.isotope.clear();
    CHECK(refused(c, "--earlier-source") == ErrorCode::plan_without_isotope);
  }
  SECTION("an unknown source") {
    c.earlier->strength.source_id = "nobody-1";
    CHECK(refused(c, "--earlier-source") == ErrorCode::unknown_source);
  }
  SECTION("no strength") {
    c.earlier->list.seeds[3].strength = AirKermaU{};
    CHECK(refused(c, "strength_u") == ErrorCode::plan_without_strength);
  }
  SECTION("implanted after the implant under audit") {
    c.earlier->strength.implant_date = c.earlier->strength.strength_reference_date = DateTime{*parse_date("2026-02-10"), {}};
    CHECK(refused(c, "--earlier-date") == ErrorCode::date_implausible);
  }
  SECTION("no date: strengths are those at implant, and that is said") {
    c.earlier->strength.implant_date.reset();
    c.earlier->strength.strength_reference_date.reset();
    const auto settled = settle_earlier(c);
    REQUIRE(settled);
    REQUIRE(settled->warnings.size() == 1);
    CHECK(settled->warnings[0].code == "IMPLANT_DATE_UNKNOWN");
    CHECK(settled->warnings[0].message.find("Earlier implant") == 0);
  }
}
