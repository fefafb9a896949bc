// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_report.h"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/csv_tables.h"
#include "report/json_writer.h"
#include "report/seeds_json.h"
#include "report/text_summary.h"
#include "tests/report/sample_audit.h"
#include "tests/support/json_schema.h"
#include "tests/support/paths.h"
#include "tests/support/says.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using Json = nlohmann::json;
using seedaudit::test::says;

namespace {

void check_valid(const std::string& document, const std::string& pointer = "") {
  for (const auto& complaint : test::JsonSchema(std::string(report_schema())).complaints(document, pointer)) FAIL_CHECK(complaint);
}

}  // namespace

TEST_CASE("a number is written whole however many decimals it is given") {
  JsonWriter w;
  w.begin_object();
  w.number("most", -999999999999999.5, 60);
  w.end_object();
  CHECK(Json::parse(w.take())["most"] == -999999999999999.5);
}

TEST_CASE("the embedded schema is the file in report/schema") {
  CHECK(std::string(report_schema()) == test::content_of(test::source_folder() / "report/schema/report-1.0.schema.json"));
}

TEST_CASE("the schema closes every object: an unknown key anywhere is an error") {
  const Json schema = Json::parse(report_schema());
  int open = 0;
  const std::function<void(const Json&)> walk = [&](const Json& v) {
    if (v.is_object()) {
      const auto type = v.find("type");
      const bool object = type != v.end() && (*type == "object" || (type->is_array() && type->dump().find("object") != std::string::npos));
      if (object && v.value("additionalProperties", Json(true)) != Json(false)) ++open;
    }
    if (v.is_structured())
      for (const auto& child : v) walk(child);
  };
  walk(schema);
  CHECK(open == 0);
}

TEST_CASE("the validator refuses what the schema does not allow") {
  const test::JsonSchema schema{std::string(report_schema())};
  Json report = Json::parse(report_json(test::full_audit()));
  Json changed = report;
  changed["postop"]["colour"] = 1;
  CHECK(!schema.complaints(changed.dump()).empty());
  changed = report;
  changed["status"] = "fine";
  CHECK(!schema.complaints(changed.dump()).empty());
  changed = report;
  changed["postop"].erase("seeds");
  CHECK(!schema.complaints(changed.dump()).empty());
  changed = report;
  changed["registration"]["postop_from_preop"].erase(0);
  CHECK(!schema.complaints(changed.dump()).empty());
}

TEST_CASE("a whole audit is written by the schema and the names of the contract") {
  const std::string text = report_json(test::full_audit());
  check_valid(text);
  const Json r = Json::parse(text);
  CHECK(r["schema_version"] == "1.0");
  CHECK(r["status"] == "review");
  CHECK(r["postop"]["seed_count"] == 3);
  CHECK(r["postop"]["count_interval"] == Json::array({3, 4}));
  CHECK(r["postop"]["planned_count"] == 4);
  CHECK(r["postop"]["implanted_count"].is_null());
  const Json& target = r["dose"]["structures"][0];
  CHECK(target["planning_system"]["d90_gy"] == 134.0);
  CHECK(target["planning_system_dvh"]["d90_gy"] == 133.5);
  CHECK(target["planning_system_dvh_difference"]["d90_gy"] == -1.5);
  CHECK(target["volume_cc"]["planning_system"] == 20.3);
  CHECK(target["earlier_implant"]["d90_gy"] == 12.0);
  CHECK(target["postop_with_earlier_implant"]["d90_gy"] == 124.5);
  CHECK(r["dose"]["earlier_implant"]["isotope"] == "Pd-103");
  CHECK(r["dose"]["earlier_implant"]["found_again"] == 11);
  const Json& advice = target["undercoverage"]["supplement"];
  CHECK(advice["before_with_earlier_implant"]["v100_pct"] == 84.0);
  CHECK(advice["after_with_earlier_implant"]["v200_pct"] == 25.0);
  CHECK(advice["organs"][0]["d2cc_after_with_earlier_implant_gy"] == 32.0);
  CHECK(r["dose"]["structures"][1]["planning_system_dvh"].is_null());
  CHECK(r["postop"]["counts"]["strength_found_u"] == 3.048);
  CHECK(r["postop"]["detection"]["count_chance"] == 0.75);
  CHECK(r["postop"]["counts"]["strength_out_of_site_u"] == 1.016);
  REQUIRE(r["postop"]["needles"].size() == 2);
  CHECK(r["postop"]["needles"][0]["depth_error_mm"] == 1.25);
  CHECK(r["postop"]["needles"][0]["entry_mm"][1] == -80.0);
  CHECK(r["postop"]["needles"][0]["seeds"][1] == 2);
  CHECK(r["postop"]["needles"][1]["entry_mm"].is_null());
  CHECK(r["postop"]["seeds"][2]["status"] == "migrated");
  CHECK(r["postop"]["seeds"][1]["direction_resolved"] == false);
  CHECK(r["postop"]["missing"][0]["plan_seed"] == 3);
  CHECK(r["postop"]["rejected"][0]["reason"] == "clip");
  // Row-major: the translation stands at 3, 7 and 11.
  CHECK(r["registration"]["postop_from_preop"][3] == 1.5);
  CHECK(r["registration"]["postop_from_preop"][7] == -2.25);
  CHECK(r["registration"]["postop_from_preop"][11] == 10);
  CHECK(r["dose"]["basis"] == "to_infinity");
  CHECK(r["dose"]["half_life_days"] == 59.4);
  CHECK(r["dose"]["v_implant_cc"]["150"] == 10.25);
  CHECK(r["dose"]["structures"][0]["postop"]["d90_gy"] == 112.4);
  CHECK(r["dose"]["structures"][0]["postop"]["d90_gy_interval"] == Json::array({104, 121}));
  CHECK(r["dose"]["structures"][0]["postop"]["dvh_interval"]["low_gy"] == Json::array({250, 150, 60}));
  CHECK(r["dose"]["structures"][0]["delta"]["v100_pct_points"] == -11.25);
  CHECK(r["dose"]["structures"][0]["undercoverage"]["verdict"] == "amber");
  CHECK(r["undercoverage"]["cold_regions"].size() == 1);
  CHECK(r["provenance"]["options"]["tg43_rules"] == "s1");
  CHECK(r["timing_s"]["total"] == 10.5);
}

TEST_CASE("the case's own figures are those of the contours that its verdict rests on") {
  CaseAudit a = test::full_audit();
  REQUIRE(a.dose->structures[0].contour == ContourOrigin::mapped);
  CHECK(Json::parse(report_json(a))["undercoverage"]["probability_d90_below_limit"] == 0.12);
  StructureAudit drawn = a.dose->structures[0];  // the same target, as it was drawn after the implant
  drawn.contour = ContourOrigin::postop;
  drawn.probability_d90_below_limit = 0.03;
  a.dose->structures.insert(a.dose->structures.begin(), drawn);
  const std::string text = report_json(a);
  check_valid(text);
  const Json r = Json::parse(text);
  CHECK(r["undercoverage"]["probability_d90_below_limit"] == 0.03);
  CHECK(r["undercoverage"]["cold_regions"].size() == 1);
  CHECK(r["dose"]["structures"][1]["undercoverage"]["probability_d90_below_limit"] == 0.12);
}

TEST_CASE("a failed audit is written by the schema, with null where nothing was computed") {
  const std::string text = report_json(test::failed_audit());
  check_valid(text);
  const Json r = Json::parse(text);
  CHECK(r["status"] == "failed");
  CHECK(r["postop"]["seed_count"] == 0);
  CHECK(r["registration"]["postop_from_preop"].is_null());
  CHECK(r["dose"].is_null());
  CHECK(r["undercoverage"]["verdict"] == "not_assessed");
  CHECK(r["acquisition"]["preop"].is_null());
}

TEST_CASE("an audit in which detection never ran shows no count, not zero") {
  const Json r = Json::parse(report_json(CaseAudit{}));
  check_valid(r.dump());
  CHECK(r["postop"]["seed_count"].is_null());
  CHECK(r["postop"]["count_interval"].is_null());
}

TEST_CASE("numbers that are not finite become null") {
  CaseAudit a = test::full_audit();
  a.seeds[0].displacement_mm = std::numeric_limits<double>::quiet_NaN();
  a.dose->structures[0].postop->d90_gy = std::numeric_limits<double>::infinity();
  const std::string text = report_json(a);
  check_valid(text);
  const Json r = Json::parse(text);
  CHECK(r["postop"]["seeds"][0]["displacement_mm"].is_null());
  CHECK(r["dose"]["structures"][0]["postop"]["d90_gy"].is_null());
}

TEST_CASE("decimals are fixed: noise below them does not change the text") {
  CaseAudit a = test::full_audit(), b = test::full_audit();
  b.seeds[0].seed.pose.center.mm[0] += 1e-9;
  b.dose->structures[0].postop->v100_pct = *b.dose->structures[0].postop->v100_pct + 1e-10;
  CHECK(report_json(a) == report_json(b));
  CHECK(report_json(a) == report_json(a));
}

TEST_CASE("text that is no UTF-8 or carries control characters stays valid JSON") {
  CaseAudit a = test::full_audit();
  a.dose->structures[0].name = "GTV \xB8\xCE \x01 \"quoted\" \\";
  const Json r = Json::parse(report_json(a), nullptr, false);
  REQUIRE(!r.is_discarded());
  CHECK(says(r["dose"]["structures"][0]["name"].get<std::string>(), "\"quoted\""));
}

TEST_CASE("no output names the patient") {
  const CaseAudit a = test::full_audit();
  for (const std::string& text : {report_json(a), seeds_csv(a), dvh_csv(a), log_text(a), text_summary(a)}) {
    for (const char* part : {"HN2291", "Zhao", "zhao", "Mingyuan", "mingyuan", "\xE8\xB5\xB5", "\xE6\x98\x8E\xE8\xBF\x9C", "/archive"}) {
      INFO(part << " in " << text.substr(0, 200));
      CHECK(!says(text, part));
    }
  }
}

TEST_CASE("seeds.json carries what detect found and neither source nor strength") {
  const CaseAudit a = test::full_audit();
  CtVolume volume;
  volume.grid = GridGeometry<CtFrame>::make({4, 4, 4}, {0.7, 0.7, 2.5}, {}, Eigen::Matrix3d::Identity()).value();
  volume.series.frame_of_reference_uid = "1.2.3.4";
  volume.series.patient_id = test::kPatientId;
  volume.warnings.push_back({"HU_CLAMPED", "slice of HN2291-77"});
  const std::string text = seeds_json(a.detection, volume);
  check_valid(text, "/$defs/seeds_file");
  const Json r = Json::parse(text);
  CHECK(r["frame_of_reference_uid"] == "1.2.3.4");
  CHECK(r["source_model"].is_null());
  CHECK(r["strength_u"].is_null());
  CHECK(r["seeds"].size() == 3);
  CHECK(r["count_interval"] == Json::array({3, 4}));
  CHECK(r["detection"]["count_chance"] == 0.75);
  CHECK(!says(text, "HN2291"));
}

TEST_CASE("Dice of structures drawn twice stands in the registration's quality, without a name of the patient") {
  CaseAudit a = test::full_audit();
  CHECK(Json::parse(report_json(a))["registration"]["qa"]["contour_dice"].empty());
  a.registration.qa.contour_dice = {{"CTV", 0.91234}, {"liver of Zhao", 0.97}};
  const std::string text = report_json(a);
  check_valid(text);
  const Json d = Json::parse(text)["registration"]["qa"]["contour_dice"];
  CHECK(d[0]["name"] == "CTV");
  CHECK(d[0]["dice"] == 0.9123);
  CHECK_FALSE(says(text, "Zhao"));
  CHECK(says(text_summary(a), "Dice of CTV 0.91"));
  CHECK_FALSE(says(text_summary(a), "Zhao"));
}

TEST_CASE("the follow-up stands in report and summary only where a later scan was given, and a failed one prints no figure") {
  CaseAudit a = test::full_audit();
  CHECK_FALSE(Json::parse(report_json(a)).contains("follow_up"));
  a.follow_up.emplace();
  FollowUp& f = *a.follow_up;
  f.outcome = {OutcomeKind::ok, "18 seeds of Zhao move alike"};
  f.acquisition.emplace();
  f.acquisition->acquisition_date = DateTime{*parse_date("2025-05-21"), std::nullopt};
  f.days_between = 30.0;
  f.seed_count = 2;
  f.interval = {2, 2, 3};
  f.pairs = 2;
  f.start = "anatomy";
  f.scale = 0.95;
  f.shrinkage_pct = 14.26;
  f.residual_rms_mm = 0.812;
  f.seeds.resize(2);
  f.seeds[0] = {1, FollowStatus::embolised, Point<LaterFrame>{{1, 2, 3}}, Point<LaterFrame>{{4, 5, 6}}, 120.5, "lung"};
  f.seeds[1] = {2, FollowStatus::not_found, Point<LaterFrame>{{1, 2, 3}}, std::nullopt, std::nullopt, ""};
  f.only_later.push_back({{{7, 8, 9}}, "tissue"});
  const std::string text = report_json(a);
  check_valid(text);
  const Json j = Json::parse(text)["follow_up"];
  CHECK(j["later_date"] == "2025-05-21");
  CHECK(j["shrinkage_pct"] == 14.26);
  CHECK(j["seeds"][0]["status"] == "embolised");
  CHECK(j["seeds"][0]["later_center_mm"] == Json({4, 5, 6}));
  CHECK(j["seeds"][1]["later_center_mm"].is_null());
  CHECK(j["only_later"].size() == 1);
  CHECK_FALSE(says(text, "Zhao"));
  const std::string summary = text_summary(a);
  CHECK(says(summary, "30 days later: 2 seeds, 1 embolised, 1 not_found, 1 only later"));
  CHECK(says(summary, "shrank by 14.3 %"));
  CHECK_FALSE(says(summary, "Zhao"));

  f = {};
  f.outcome = {OutcomeKind::failed, "no seed in the later scan"};
  check_valid(report_json(a));
  CHECK(Json::parse(report_json(a))["follow_up"]["later_from_postop"].is_null());
  CHECK(says(text_summary(a), "not followed: no seed in the later scan"));
}

TEST_CASE("a reviewed audit carries who, what and both results, by the schema and without the patient's name") {
  CaseAudit a = test::full_audit();
  AppliedReview applied;
  applied.review.sha256 = "ab";
  applied.review.reviewer = "A. Physicist";
  applied.review.date = *parse_date("2026-04-02");
  ReviewAction reject;
  reject.kind = ReviewActionKind::reject;
  reject.seed = 9;
  reject.text = "clip of Mingyuan";
  ReviewAction add;
  add.kind = ReviewActionKind::add;
  add.center = a.seeds[2].seed.pose.center;
  applied.review.actions = {reject, add};
  applied.origins = {{1, SeedOrigin::found}, {2, SeedOrigin::moved}, {3, SeedOrigin::added}};
  applied.before.seed_count = 3;
  applied.before.targets.push_back({"CTV", ContourOrigin::mapped, 101.0, std::nullopt, Verdict::amber});
  a.review = applied;
  const std::string text = report_json(a);
  check_valid(text);
  const Json r = Json::parse(text);
  CHECK(r["review"]["actions"][0]["seed"] == 9);
  CHECK(!says(text, "Mingyuan"));
  CHECK(r["review"]["before"]["targets"][0]["d90_gy"] == 101.0);
  CHECK(r["review"]["before"]["targets"][0]["v100_pct"].is_null());
  CHECK(r["postop"]["seeds"][2]["origin"] == "added");
  CHECK(says(text_summary(a, {}), "A. Physicist"));
  CHECK(!says(log_text(a), "Mingyuan"));
  CHECK(!Json::parse(report_json(test::full_audit())).contains("review"));
}
