// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"
#include "tests/support/schema_check.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;

namespace {

void put_report(const fs::path& folder, const std::string& id, double d90_gy) {
  fs::create_directories(folder);
  std::ofstream(folder / "report.json") << R"({"schema_version":"1.0","case_id":")" << id
                                        << R"(","status":"ok","dose":{"rx_gy":100,"days_since_implant":30,"structures":[{"name":"CTV",)"
                                        << R"("role":"target","preop":{"d90_gy":110},"postop":{"d90_gy":)" << d90_gy << "}}]}}";
}

}  // namespace

TEST_CASE("cohort: a folder of audits becomes tables and a page, with the broken report named") {
  const TemporaryFolder folder;
  put_report(folder / "out" / "cases" / "a", "a", 80);
  put_report(folder / "out" / "cases" / "b", "b", 100);
  std::ofstream(folder / "out" / "cases" / "b" / "report.html") << "<!doctype html>";
  fs::create_directories(folder / "out" / "cases" / "broken");
  std::ofstream(folder / "out" / "cases" / "broken" / "report.json") << "{";
  const auto done = run_program("cohort " + quoted(folder / "out") + " -o " + quoted(folder / "cohort"));
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK(done.out.find("cases/broken/report.json") != std::string::npos);
  const auto json = nlohmann::json::parse(content_of(folder / "cohort" / "cohort.json"));
  check_against_schema("cohort-1.0.schema.json", content_of(folder / "cohort" / "cohort.json"));
  CHECK(json["reports"]["ok"] == 2);
  CHECK(json["reports"]["left_out"] == 1);
  CHECK(json["times"][0]["d90_below_limit"]["k"] == 1);
  // The page where there is one, else the figures.
  CHECK(content_of(folder / "cohort" / "cohort.html").find("../out/cases/a/report.json") != std::string::npos);
  CHECK(content_of(folder / "cohort" / "cohort.html").find("../out/cases/b/report.html") != std::string::npos);
  for (const char* name :
       {"summary.csv", "cases.csv", "strata.csv", "plot-d90.svg", "plot-bland-altman.svg", "plot-p-charts.svg", "plot-ewma.svg"})
    CHECK(!content_of(folder / "cohort" / name).empty());
}

TEST_CASE("cohort: refusals leave nothing behind") {
  const TemporaryFolder folder;
  put_report(folder / "out", "a", 80);
  fs::create_directories(folder / "empty");
  CHECK(run_program("cohort " + quoted(folder / "empty") + " -o " + quoted(folder / "cohort")).status == 3);
  CHECK(run_program("cohort " + quoted(folder / "out") + " -o " + quoted(folder / "cohort") + " --limit-v100-pct 101").status == 2);
  CHECK(run_program("cohort " + quoted(folder / "out") + " -o " + quoted(folder / "cohort") + " --period week").status == 2);
  CHECK(!fs::exists(folder / "cohort"));
}

TEST_CASE("cohort: of a batch the audits count that its database knows, by its folder or by itself") {
  const TemporaryFolder folder;
  put_report(folder / "out" / "cases" / "a", "a", 80);
  put_report(folder / "out" / "superseded" / "b", "b", 100);  // no longer in the archive
  {
    auto store = seedaudit::Store::open((folder / "out" / "seedaudit.db").string());
    REQUIRE(store);
    seedaudit::CaseRow row;
    row.case_id = "a";
    row.status = "ok";
    row.patient = "0123456789abcdef";
    REQUIRE(store->put(row, content_of(folder / "out" / "cases" / "a" / "report.json")));
    row.case_id = "refused";
    row.status = "refused";
    REQUIRE(store->put(row, ""));
  }
  for (const fs::path& input : {folder / "out", folder / "out" / "seedaudit.db"}) {
    const auto done = run_program("cohort " + quoted(input) + " -o " + quoted(folder / "cohort"));
    INFO(done.err);
    REQUIRE(done.status == 0);
    const auto json = nlohmann::json::parse(content_of(folder / "cohort" / "cohort.json"));
    CHECK(json["reports"]["ok"] == 1);
    CHECK(json["reports"]["left_out"] == 0);
    CHECK(json["times"][0]["patients"] == 1);
    CHECK(content_of(folder / "cohort" / "cohort.html").find("../out/cases/a/report.json") != std::string::npos);
  }
  CHECK(run_program("cohort " + quoted(folder / "no.db") + " -o " + quoted(folder / "none")).status == 3);
  CHECK(!fs::exists(folder / "no.db"));
}
