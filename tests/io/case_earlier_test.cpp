// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "case_maker.h"
#include "ct_reading.h"
#include "io/case_json.h"

namespace seedaudit::test {
namespace {

PlanSpec earlier_plan() {
  PlanSpec plan = simple_plan(3, {20, 20, 38});
  plan.sop_uid = "1.2.9.50";
  plan.date = "20240601";
  plan.sources[0].strength = "0.8";
  plan.sources[0].date = "20240602";
  return plan;
}

}  // namespace

TEST_CASE("an earlier plan in the case's folder is read as such, and not taken for the plan") {
  Made made{CaseMaker()};
  const auto file = made.folder.path() / "a" / "9";
  write_plan_file(file, earlier_plan());
  made.request.earlier_plan = file;
  const auto c = made.read();
  REQUIRE(c);
  CHECK(c->plan->seeds.size() == 5);
  CHECK_FALSE(has_warning(c->warnings, "PLANS_SEVERAL"));
  REQUIRE(c->earlier);
  REQUIRE(c->earlier->list.seeds.size() == 3);
  CHECK(c->earlier->list.seeds[0].strength.value == Approx(0.8));
  CHECK(c->earlier->frame == SeedListFrame::preop);
  CHECK(c->earlier->strength.isotope == "I-125");
  CHECK(to_iso(c->earlier->strength.strength_reference_date->date) == "2024-06-02");
  CHECK(decision(*c, "earlier_implant"));
  CHECK(std::any_of(c->inputs.begin(), c->inputs.end(), [](const InputObject& i) { return i.role == "earlier_plan"; }));
}

TEST_CASE("an earlier plan in the post-op frame, in neither frame, of another patient") {
  Made made{CaseMaker()};
  const TemporaryFolder elsewhere;
  PlanSpec plan = earlier_plan();
  plan.frame_uid = kPostFrame;
  write_plan_file(elsewhere / "p.dcm", plan);
  made.request.earlier_plan = elsewhere / "p.dcm";
  CHECK(made.read()->earlier->frame == SeedListFrame::postop);
  made.request.earlier_frame = "preop";  // contradicts the plan
  CHECK(made.code() == ErrorCode::frame_mismatch);
  made.request.earlier_frame.reset();
  plan.frame_uid = "1.2.3.99";
  write_plan_file(elsewhere / "p.dcm", plan);
  CHECK(made.code() == ErrorCode::frame_mismatch);
  plan = earlier_plan();
  plan.patient_id = "P2";
  write_plan_file(elsewhere / "p.dcm", plan);
  CHECK(made.code() == ErrorCode::patient_mismatch);
}

TEST_CASE("earlier seeds as a list: with their own strengths, or those of their plan, in a frame that is given or left open") {
  Made made{CaseMaker()};
  const TemporaryFolder elsewhere;
  write_text(elsewhere / "s.csv", "x_mm,y_mm,z_mm,activity_mci\n1,2,3,0.7\n4,5,6,0.8\n");
  made.request.earlier_seeds = elsewhere / "s.csv";
  made.request.earlier_source = "amersham-6711";
  made.request.earlier_date = "2024-06-05";
  {
    const auto c = made.read();
    REQUIRE(c);
    CHECK(c->earlier->frame == SeedListFrame::unstated);
    CHECK(c->earlier->list.seeds[1].stated_strength->value == 0.8);
    CHECK(c->earlier->strength.source_id == "amersham-6711");
    // A list states strengths at implant.
    CHECK(to_iso(c->earlier->strength.strength_reference_date->date) == "2024-06-05");
  }
  made.request.earlier_frame = "postop";
  CHECK(made.read()->earlier->frame == SeedListFrame::postop);
  SECTION("places of the list, the rest of the plan") {
    write_plan_file(elsewhere / "p.dcm", earlier_plan());
    write_text(elsewhere / "s.csv", "x_mm,y_mm,z_mm\n1,2,3\n4,5,6\n");
    made.request.earlier_plan = elsewhere / "p.dcm";
    made.request.earlier_source.reset();
    const auto c = made.read();
    REQUIRE(c);
    REQUIRE(c->earlier->list.seeds.size() == 2);
    CHECK(c->earlier->list.seeds[1].center.mm == Eigen::Vector3d(4, 5, 6));
    CHECK(c->earlier->list.seeds[1].strength.value == Approx(0.8));
    CHECK(c->earlier->strength.isotope == "I-125");
    CHECK(to_iso(c->earlier->strength.strength_reference_date->date) == "2024-06-02");
    CHECK(to_iso(c->earlier->strength.implant_date->date) == "2024-06-05");
  }
  SECTION("a list that cannot be read") {
    write_text(elsewhere / "s.csv", "x_mm,y_mm\n1,2\n");
    CHECK(made.code() == ErrorCode::bad_csv);
    made.request.earlier_seeds = elsewhere / "absent.csv";
    CHECK(made.code() == ErrorCode::path_not_found);
  }
}

TEST_CASE("what describes an earlier implant is refused without one, and so are words that mean nothing") {
  CaseRequest r;
  r.path = "case";
  r.earlier_date = "2024-06-05";
  CHECK_FALSE(r.check());
  r.earlier_seeds = "s.csv";
  CHECK(r.check());
  r.earlier_date = "June";
  CHECK_FALSE(r.check());
  r.earlier_date.reset();
  r.earlier_frame = "plan";
  CHECK_FALSE(r.check());
  const auto parsed = parse_case_json(
      R"({"earlier_plan": "p.dcm", "earlier_seeds": "s.csv", "earlier_frame": "postop", "earlier_date": "2024-06-05", "earlier_source": "own.json"})",
      "/cases/1", "case.json");
  REQUIRE(parsed);
  CHECK(*parsed->earlier_plan == "/cases/1/p.dcm");
  CHECK(*parsed->earlier_seeds == "/cases/1/s.csv");
  CHECK(*parsed->earlier_frame == "postop");
  CHECK(*parsed->earlier_date == "2024-06-05");
  CHECK(*parsed->earlier_source == "/cases/1/own.json");
}

}  // namespace seedaudit::test
