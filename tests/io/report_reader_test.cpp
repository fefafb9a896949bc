// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/report_reader.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using seedaudit::test::TemporaryFolder;

namespace {

const std::string kReport = R"({"schema_version":"1.0","case_id":"c1","status":"review","unknown":[1],
 "flags":[{"code":"UNDERCOVERAGE","severity":"action","message":""},{"code":"SLICE_THICK","severity":"warn","message":""}],
 "postop":{"seed_count":2,"planned_count":3,"seeds":[{"status":"placed"},{"status":"migrated"}]},
 "registration":{"outcome":"ok"},
 "dose":{"rx_gy":120,"days_since_implant":30,"structures":[
  {"name":"CTV","role":"target","preop":{"d90_gy":132},"postop":{"d90_gy":96,"v100_pct":80,"ci":null}},{"name":"LIVER","role":"oar"}]},
 "undercoverage":{"verdict":"red"}})";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

void put_file(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

}  // namespace

TEST_CASE("report.json as a cohort reads it: targets, percent of the prescription, migrations, nulls") {
  const auto r = parse_report(kReport, "x");
  REQUIRE(r);
  CHECK(r->case_id == "c1");
  CHECK(r->verdict == "red");
  CHECK(r->action_flags == std::vector<std::string>{"UNDERCOVERAGE"});
  CHECK(*r->migrated_count == 1);
  REQUIRE(r->lesions.size() == 1);
  CHECK(*r->lesions[0].preop.d90_rx_pct == Approx(110.0));
  CHECK(*r->lesions[0].postop.d90_rx_pct == Approx(80.0));
  CHECK(!r->lesions[0].postop.ci);
  CHECK(!r->lesions[0].preop.v100_pct);
}

TEST_CASE("migrations are unknown where the status of a seed is undetermined") {
  const auto r = parse_report(with(kReport, "placed", "undetermined"), "x");
  REQUIRE(r);
  CHECK(!r->migrated_count);
}

TEST_CASE("a target drawn on the post-op scan is one lesion with its mapped double") {
  const std::string drawn = R"({"name":"CTV","role":"target","contour":"postop","preop":{"d90_gy":132},"postop":{"d90_gy":90}},)"
                            R"({"name":"GTV2","role":"target","contour":"mapped","preop":{"d90_gy":132},"postop":{"d90_gy":100}},)";
  const auto r = parse_report(with(with(kReport, "\"structures\":[", "\"structures\":[" + drawn),
                                   "\"role\":\"target\",\"preop\":{\"d90_gy\":132},\"postop\":{\"d90_gy\":96",
                                   "\"role\":\"target\",\"contour\":\"mapped\",\"preop\":{\"d90_gy\":132},\"postop\":{\"d90_gy\":96"),
                              "x");
  REQUIRE(r);
  REQUIRE(r->lesions.size() == 2);
  CHECK(*r->lesions[0].postop.d90_gy == 90.0);
  CHECK(r->lesions[1].name == "GTV2");
}

TEST_CASE("what a cohort groups by and how good the data were") {
  const std::string more =
      R"("acquisition":{"postop":{"slice_thickness_mm":2.5,"spacing_mm":[0.7,0.7,2.5],"manufacturer":"M","patient_position":"HFS"}},)"
      R"("provenance":{"options":{"limits.site":"liver"}},)";
  std::string text = with(kReport, "\"flags\"", more + "\"flags\"");
  text =
      with(text, "\"outcome\":\"ok\"", R"("outcome":"ok","qa":{"inverse_consistency_mm":0.4,"contour_dice":[{"dice":0.9},{"dice":0.8}]})");
  text = with(text, "\"days_since", R"("implant_date":"2024-05-06","days_since)");
  text = with(text, "\"role\":\"oar\"}",
              R"("role":"oar","preop":{"d0_1cc_gy":500}},{"name":"stomach","role":"oar","preop":{"d0_1cc_gy":59}})");
  text = with(text, "{\"status\":\"placed\"}", R"({"status":"placed","confidence":0.9,"center_sigma_mm":[0.3,0.0,0.4]})");
  const auto r = parse_report(text, "x");
  REQUIRE(r);
  CHECK(r->site == "liver");
  CHECK(r->scanner == "M");
  CHECK(r->position == "HFS");
  CHECK(*r->slice_thickness_mm == 2.5);
  CHECK(r->implant_date == "2024-05-06");
  CHECK(r->organ_near == false);  // the liver is the site's own; the stomach has less than half of 120 Gy
  CHECK(*r->quality.slice_spacing_mm == 2.5);
  CHECK(*r->quality.inverse_consistency_mm == 0.4);
  CHECK(*r->quality.contour_dice == 0.8);
  CHECK(*r->quality.count_gap == -1.0);
  CHECK(*r->quality.seed_confidence == 0.9);
  CHECK(*r->quality.seed_sigma_mm == Approx(0.5));
  CHECK(parse_report(with(text, ":59", ":60"), "x")->organ_near == true);
  const auto bare = parse_report(kReport, "x");
  CHECK(bare->site.empty());
  CHECK(!bare->organ_near);
  CHECK(!bare->quality.similarity);
  CHECK(parse_report(with(text, "2024-05-06", "6 May 2024"), "x").error().what == "implant_date is not a date YYYY-MM-DD");
  CHECK(parse_report(with(text, "2024-05-06", "2024-13-06"), "x").error().what == "implant_date is not a date YYYY-MM-DD");
}

TEST_CASE("reports that are none are refused, naming the key") {
  const auto what = [](const std::string& text) {
    const auto r = parse_report(text, "x");
    return r ? std::string() : r.error().code == ErrorCode::bad_json ? r.error().what : "another code";
  };
  CHECK(what("{").find("not JSON") == 0);
  CHECK(what("[]") == "a report is one JSON object");
  CHECK(what(with(kReport, "\"1.0\"", "\"2.0\"")).find("schema_version") == 0);
  CHECK(what(with(kReport, "\"seed_count\":2", "\"seed_count\":\"2\"")) == "seed_count is not a count");
  CHECK(what(with(kReport, "\"rx_gy\":120", "\"rx_gy\":[]")) == "rx_gy is not a number");
  CHECK(what(with(kReport, "review", "fine")).find("status") == 0);
  CHECK(what(with(kReport, "\"c1\"", "\"\"")).find("case_id") == 0);
}

TEST_CASE("a folder of audits: every report once, what is left out is named") {
  const TemporaryFolder folder;
  put_file(folder / "cases" / "a" / "report.json", kReport);
  put_file(folder / "cases" / "b" / "report.json", with(kReport, "\"c1\"", "\"c2\""));
  put_file(folder / "cases" / "again" / "report.json", kReport);
  put_file(folder / "cases" / "broken" / "report.json", "{");
  put_file(folder / "cases" / "b" / "seeds.json", "{");
  const auto r = read_cohort_folder(folder.path());
  REQUIRE(r);
  CHECK(r->records.size() == 2);
  REQUIRE(r->left_out.size() == 2);
  CHECK(r->left_out[0].path == "cases/again/report.json");
  CHECK(r->left_out[0].reason.find("cases/a/report.json") != std::string::npos);
  CHECK(r->left_out[1].path == "cases/broken/report.json");
}

TEST_CASE("no folder, a file, a folder without reports") {
  const TemporaryFolder folder;
  CHECK(read_cohort_folder(folder / "absent").error().code == ErrorCode::path_not_found);
  CHECK(read_cohort_folder(folder.path()).error().code == ErrorCode::empty_folder);
  put_file(folder / "file", "x");
  CHECK(read_cohort_folder(folder / "file").error().code == ErrorCode::unreadable_file);
}
