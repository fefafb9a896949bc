// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/resolve_source.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "dosimetry/source_library.h"
#include "pipeline/case_basics.h"
#include "tests/pipeline/small_case.h"

using namespace seedaudit;

namespace {

ImplantCase planned_case() {
  ImplantCase c;
  ImplantPlan plan;
  plan.path = "plan.dcm";
  plan.isotope = "I-125";
  plan.seeds.push_back({});
  plan.seeds.back().strength = AirKermaU{1.016};
  c.plan = plan;
  return c;
}

DateTime day(const char* iso) { return {*parse_date(iso), {}}; }

}  // namespace

TEST_CASE("source: what is named wins, then the plan's words, then the site's default") {
  ImplantCase c = planned_case();
  auto source = resolve_source(c);
  REQUIRE(source.ok());
  CHECK(source->model.id == "amersham-6711");
  CHECK(source->assumed);
  CHECK(source->surrogate);

  c.plan->source_model_hint = "OncoSeed 6711, Amersham";
  source = resolve_source(c);
  REQUIRE(source.ok());
  CHECK(source->model.id == "amersham-6711");
  CHECK_FALSE(source->assumed);
  CHECK(source->decision.reason.find("plan") != std::string::npos);

  for (const std::string& id : source_ids()) {
    const auto model = find_source(id);
    REQUIRE(model.ok());
    if (model->isotope != "I-125") continue;
    c.strength.source_id = id;
    source = resolve_source(c);
    REQUIRE(source.ok());
    CHECK(source->model.id == id);
    CHECK_FALSE(source->assumed);
    CHECK(source->surrogate == !model->surrogate_of.empty());
  }
  c.strength.source_id = "no-such-model";
  CHECK(resolve_source(c).error().code == ErrorCode::unknown_source);
}

TEST_CASE("source: a site's own file goes before all else, and may not pass for a shipped model") {
  ImplantCase c = planned_case();
  c.strength.source_file = "ours.json";
  c.strength.source_file_text = R"({"schema": "seedaudit-source-1", "id": "our-seed", "name": "Our seed", "manufacturer": "Ours",
    "model": "OS-1", "aliases": [], "isotope": "I-125", "surrogate_of": "amersham-6711", "citation": "certificate", "note": ""})";
  auto source = resolve_source(c);
  INFO((source ? std::string() : source.error().message()));
  REQUIRE(source.ok());
  CHECK(source->model.id == "our-seed");
  CHECK(source->surrogate);
  CHECK_FALSE(source->assumed);
  CHECK(source->model.dose_rate_constant == find_source("amersham-6711")->dose_rate_constant);

  c.strength.source_file_text.replace(c.strength.source_file_text.find("our-seed"), 8, "best-2301");
  source = resolve_source(c);
  REQUIRE_FALSE(source.ok());
  CHECK(source.error().code == ErrorCode::source_invalid);
  c.strength.source_file_text = "{";
  CHECK(resolve_source(c).error().code == ErrorCode::bad_json);
}

TEST_CASE("source: words of the plan name a model only as whole words") {
  CHECK(model_named_in("model 6711", "I-125").has_value());
  CHECK(model_named_in("Amersham-6711/2", "").has_value());
  CHECK_FALSE(model_named_in("lot 26711", "I-125").has_value());
  CHECK_FALSE(model_named_in("SYNTH I-125", "I-125").has_value());
  CHECK_FALSE(model_named_in("", "").has_value());
  CHECK_FALSE(model_named_in("6711", "Pd-103").has_value());
}

TEST_CASE("source: refused where nothing says what was implanted, or two things say otherwise") {
  ImplantCase c = planned_case();
  c.plan->isotope.clear();
  CHECK(resolve_source(c).error().code == ErrorCode::plan_without_isotope);

  c.plan->isotope = "Pd-103";
  CHECK(resolve_source(c).error().code == ErrorCode::unknown_source);
  c.strength.source_id = "amersham-6711";
  CHECK(resolve_source(c).error().code == ErrorCode::source_invalid);

  // No isotope stated, but a half-life that is not iodine's.
  c.plan->isotope.clear();
  c.plan->half_life = to_hours(Days{16.991});
  CHECK(resolve_source(c).error().code == ErrorCode::source_invalid);
}

TEST_CASE("source: the half-life is the model's, and a plan that states another is warned of") {
  ImplantCase c = planned_case();
  c.plan->half_life = to_hours(Days{59.40});
  CHECK(resolve_source(c)->warnings.empty());
  for (const double days : {59.6, 60.0, 60.14}) {
    c.plan->half_life = to_hours(Days{days});
    const auto source = resolve_source(c);
    REQUIRE(source.ok());
    REQUIRE(source->warnings.size() == 1);
    CHECK(source->warnings.front().code == "HALF_LIFE_DIFFERS");
    // The tables of 6711 carry 59.40 d (TG-43U1 Table I), exactly.
    CHECK(std::abs(to_days(source->model.half_life).value - 59.40) < 1e-9);
  }
}

TEST_CASE("timing: strength decays from its reference date to the implant") {
  ImplantCase c = planned_case();
  const auto model = find_source("amersham-6711");
  REQUIRE(model.ok());
  c.strength.strength_reference_date = day("2026-01-01");
  c.strength.implant_date = day("2026-01-31");
  c.strength.implant_date_source = "option";
  auto timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  // 2^(-30/59.40), the definition; 1e-12 is rounding.
  CHECK(std::abs(timing->decay_from_reference - std::exp2(-30.0 / 59.40)) < 1e-12);
  CHECK_FALSE(timing->days_since_implant);
  CHECK_FALSE(timing->implant_date_assumed);

  c.strength.implant_date.reset();
  c.strength.implant_date_source.clear();
  timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  CHECK(timing->implant_date_assumed);
  CHECK(timing->decay_from_reference == 1.0);

  c.strength.strength_reference_date.reset();
  timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  CHECK_FALSE(timing->implant_date);
  CHECK(timing->warnings.front().code == "IMPLANT_DATE_UNKNOWN");

  c.strength.strength_reference_date = day("2020-01-01");
  c.strength.implant_date = day("2026-01-31");
  CHECK(resolve_timing(c, *model).error().code == ErrorCode::date_implausible);
}

TEST_CASE("timing: the scan says how much was delivered, and none lies before the implant") {
  ImplantCase c = planned_case();
  const auto model = find_source("amersham-6711");
  REQUIRE(model.ok());
  c.postop.push_back(test::empty_ct());
  c.postop.front().acquisition.acquisition_date = day("2026-03-02");
  c.strength.strength_reference_date = day("2026-01-31");
  c.strength.implant_date = day("2026-01-31");
  const auto timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  REQUIRE(timing->days_since_implant);
  CHECK(*timing->days_since_implant == 30.0);
  // 1 - 2^(-30/59.40) = 0.29536.
  CHECK(std::abs(timing->fraction_delivered - (1.0 - std::exp2(-30.0 / 59.40))) < 1e-12);

  c.strength.implant_date = day("2026-03-10");
  CHECK(resolve_timing(c, *model).error().code == ErrorCode::date_implausible);
}

TEST_CASE("basics: refused before the long work, each with its code") {
  ImplantCase c = planned_case();
  CHECK(settle_basics(c, "liver").error().code == ErrorCode::no_postop_ct);
  c.postop.push_back(test::empty_ct());
  CHECK(settle_basics(c, "liver").error().code == ErrorCode::prescription_missing);
  c.prescription = Gy{120.0};
  CHECK(settle_basics(c, "liver").ok());
  c.plan->seeds.front().strength = AirKermaU{0.0};
  CHECK(settle_basics(c, "liver").error().code == ErrorCode::plan_without_strength);
  c.strength.stated_per_seed = StatedStrength{0.8, StrengthUnit::mci};
  REQUIRE(settle_basics(c, "liver").ok());
  // 0.8 mCi apparent x 1.270 U/mCi (TG-43U1) = 1.016 U.
  CHECK(std::abs(c.plan->seeds.front().strength.value - 1.016) < 1e-12);
}

TEST_CASE("basics: a CT without plan and strength is a reduced case, one with strength needs a source") {
  ImplantCase c;
  c.postop.push_back(test::empty_ct());
  auto basics = settle_basics(c, "liver");
  REQUIRE(basics.ok());
  CHECK_FALSE(basics->dose);
  CHECK(basics->warnings.front().code == "DOSE_NOT_COMPUTED");
  c.strength.stated_per_seed = StatedStrength{1.0, StrengthUnit::u};
  CHECK(settle_basics(c, "liver").error().code == ErrorCode::plan_without_isotope);
}

TEST_CASE("strengths: a given one that no seed has, or that is not the plan's, is said with the unit it looks like") {
  const auto model = find_source("amersham-6711");
  REQUIRE(model.ok());
  const auto warnings_for = [&](StatedStrength given) {
    ImplantCase c = planned_case();
    c.strength.stated_per_seed = given;
    auto warnings = settle_strengths(c, *model);
    REQUIRE(warnings.ok());
    std::vector<std::string> codes;
    for (const Warning& w : *warnings) codes.push_back(w.code);
    return codes;
  };
  using Codes = std::vector<std::string>;
  CHECK(warnings_for({0.8, StrengthUnit::mci}).empty());  // 1.016 U as planned
  CHECK(warnings_for({1.05, StrengthUnit::u}).empty());
  CHECK(warnings_for({0.8, StrengthUnit::u}) == Codes{"STRENGTH_DIFFERS"});
  CHECK(warnings_for({0.8, StrengthUnit::mbq}) == Codes{"STRENGTH_IMPLAUSIBLE", "STRENGTH_DIFFERS"});
  CHECK(warnings_for({29.6, StrengthUnit::u}) == Codes{"STRENGTH_IMPLAUSIBLE", "STRENGTH_DIFFERS"});

  ImplantCase listed = planned_case();
  listed.plan->seeds.front().stated_strength = StatedStrength{29.6, StrengthUnit::mci};
  const auto warnings = settle_strengths(listed, *model);
  REQUIRE(warnings.ok());
  REQUIRE(warnings->size() == 1);
  CHECK(warnings->front().code == "STRENGTH_IMPLAUSIBLE");
}

TEST_CASE("strengths: a plan of seeds of several strengths is said, with what a found seed has of it") {
  const auto model = find_source("amersham-6711");
  REQUIRE(model.ok());
  ImplantCase c = planned_case();
  c.plan->seeds.push_back(c.plan->seeds.front());
  const double usual = c.plan->seeds.front().strength.value;
  c.plan->seeds.front().strength.value = 1.015 * usual;
  CHECK(settle_strengths(c, *model).value().empty());
  c.plan->seeds.front().strength.value = 0.6;
  const Warnings mixed = settle_strengths(c, *model).value();
  REQUIRE(mixed.size() == 1);
  CHECK(mixed.front().code == "STRENGTHS_MIXED");
  CHECK(mixed.front().message.find("0.6") != std::string::npos);
  c.strength.stated_per_seed = StatedStrength{usual, StrengthUnit::u};  // of every seed
  const Warnings given = settle_strengths(c, *model).value();
  CHECK(std::none_of(given.begin(), given.end(), [](const Warning& w) { return w.code == "STRENGTHS_MIXED"; }));
}

TEST_CASE("timing: dates in an order that cannot be are said") {
  ImplantCase c = planned_case();
  const auto model = find_source("amersham-6711");
  REQUIRE(model.ok());
  c.postop.push_back(test::empty_ct());
  c.postop.front().acquisition.acquisition_date = day("2026-03-02");
  c.preop = test::water_body<PlanFrame>(4.0, 12, 8);
  c.preop->acquisition.acquisition_date = day("2026-01-30");
  c.strength.strength_reference_date = day("2026-01-15");
  c.strength.implant_date = day("2026-01-31");
  auto timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  CHECK(timing->warnings.empty());
  c.strength.implant_date = day("2026-01-15");  // before the image it was planned on
  timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  REQUIRE(timing->warnings.size() == 1);
  CHECK(timing->warnings.front().code == "DATES_IMPLAUSIBLE");
  c.strength.implant_date = day("2026-01-31");
  c.postop.front().acquisition.acquisition_date = day("2099-03-02");
  timing = resolve_timing(c, *model);
  REQUIRE(timing.ok());
  REQUIRE(timing->warnings.size() == 1);
  CHECK(timing->warnings.front().message.find("2099-03-02") != std::string::npos);
}

TEST_CASE("basics: a plan that lies beside its target, mirrored or in another unit, is said") {
  ImplantCase c = test::small_case();
  auto basics = settle_basics(c, "liver");
  REQUIRE(basics.ok());
  CHECK(basics->warnings.empty());
  for (auto& s : c.structures->structures.front().contours)
    for (auto& p : s.points) p.mm[0] += 60.0;
  basics = settle_basics(c, "liver");
  REQUIRE(basics.ok());
  REQUIRE(basics->warnings.size() == 1);
  CHECK(basics->warnings.front().code == "PLAN_OFF_TARGET");
  CHECK(basics->warnings.front().message.find("27 of 27") == 0);
}
