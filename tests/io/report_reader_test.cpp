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

void put(const std::filesystem::path& file, const std::string& text) {
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
  put(folder / "cases" / "a" / "report.json", kReport);
  put(folder / "cases" / "b" / "report.json", with(kReport, "\"c1\"", "\"c2\""));
  put(folder / "cases" / "again" / "report.json", kReport);
  put(folder / "cases" / "broken" / "report.json", "{");
  put(folder / "cases" / "b" / "seeds.json", "{");
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
  put(folder / "file", "x");
  CHECK(read_cohort_folder(folder / "file").error().code == ErrorCode::unreadable_file);
}
