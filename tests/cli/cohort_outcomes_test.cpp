// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/pseudonym.h"
#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"
#include "tests/support/schema_check.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;

namespace {

std::string report_of(const std::string& id, int d90_gy) {
  return R"({"schema_version":"1.0","case_id":")" + id +
         R"(","status":"ok","dose":{"rx_gy":100,"days_since_implant":1,"structures":[{"name":"CTV","role":"target","postop":{"d90_gy":)" +
         std::to_string(d90_gy) + R"(,"v100_pct":90}}]}})";
}

/// Twelve patients, each with an audit and a row; the cold and the others mixed.
void make_cohort(const fs::path& folder, const std::string& key_column, const std::string& prefix) {
  std::ofstream rows(folder / "followup.csv");
  rows << key_column << ",start,end,event,response,ctcae_pain,age\n";
  for (int i = 0; i < 12; ++i) {
    const std::string id = "c" + std::to_string(i);
    fs::create_directories(folder / "out" / id);
    std::ofstream(folder / "out" / id / "report.json") << report_of(id, i % 2 == 0 ? 80 + i : 95 + i);
    rows << prefix << id << ",2020-01-01,2020-" << (i % 3 == 0 ? "05" : "09") << "-" << 10 + i << ","
         << (i % 5 == 4 ? "censored" : "progression") << ",CR," << i % 4 << "," << 50 + (i * 7) % 13 << "\n";
  }
}

std::string command(const fs::path& folder, const std::string& options) {
  return "cohort " + quoted(folder / "out") + " -o " + quoted(folder / "cohort") + " " + options;
}

}  // namespace

TEST_CASE("cohort --outcomes: tables, plots and the page, a later run without them leaves none behind") {
  const TemporaryFolder folder;
  make_cohort(folder.path(), "case_id", "");
  const auto done =
      run_program(command(folder.path(), "--outcomes " + quoted(folder / "followup.csv") + " --covariates age,d90_rx_pct_day_0"));
  INFO(done.err);
  REQUIRE(done.status == 0);
  const auto json = nlohmann::json::parse(content_of(folder / "cohort" / "outcomes.json"));
  check_against_schema("outcomes-1.0.schema.json", content_of(folder / "cohort" / "outcomes.json"));
  check_against_schema("cohort-1.0.schema.json", content_of(folder / "cohort" / "cohort.json"));
  CHECK(json["matching"]["patients"] == 12);
  const auto& e = json["endpoints"][0];
  CHECK(e["endpoint"] == "progression");
  CHECK(e["multivariate"][0]["coefficients"].size() == 2);
  CHECK(content_of(folder / "cohort" / "cohort.html").find("<h2>Outcomes</h2>") != std::string::npos);
  for (const char* name : {"outcomes_survival.csv", "outcomes_cox.csv", "outcomes_groups.csv", "outcomes_incidence.csv",
                           "outcomes_gray.csv", "outcomes_counts.csv", "outcomes_progression.svg",
                           "outcomes_progression_by_d90_rx_pct_day_0.svg", "outcomes_progression_ratios.svg"})
    CHECK(!content_of(folder / "cohort" / name).empty());
  CHECK(done.out.find("log-rank") != std::string::npos);
  std::ofstream(folder / "cohort" / "outcomes_of_the_site.csv") << "kept\n";
  REQUIRE(run_program(command(folder.path(), "")).status == 0);
  CHECK(!fs::exists(folder / "cohort" / "outcomes.json"));
  CHECK(!fs::exists(folder / "cohort" / "outcomes_progression.svg"));
  CHECK(fs::exists(folder / "cohort" / "outcomes_of_the_site.csv"));
}

TEST_CASE("cohort --outcomes: refusals name row and column and write nothing") {
  const TemporaryFolder folder;
  make_cohort(folder.path(), "case_id", "");
  std::ofstream(folder / "bad.csv") << "case_id,start,end,event\nc0,2020-01-01,2020-02-01,relapse\n";
  const auto bad = run_program(command(folder.path(), "--outcomes " + quoted(folder / "bad.csv")));
  CHECK(bad.status == 3);
  CHECK(bad.err.find("line 2") != std::string::npos);
  CHECK(bad.err.find("column event") != std::string::npos);
  const std::string given = "--outcomes " + quoted(folder / "followup.csv");
  CHECK(run_program(command(folder.path(), given + " --covariates afp")).status == 2);
  CHECK(run_program(command(folder.path(), "--covariates age")).status == 2);  // of no outcomes
  CHECK(!fs::exists(folder / "cohort"));
  // An outcomes file where an output would go is not overwritten.
  fs::create_directories(folder / "cohort");
  fs::copy_file(folder / "followup.csv", folder / "cohort" / "outcomes_survival.csv");
  const std::string before = content_of(folder / "followup.csv");
  CHECK(run_program(command(folder.path(), "--outcomes " + quoted(folder / "cohort" / "outcomes_survival.csv"))).status == 2);
  CHECK(content_of(folder / "cohort" / "outcomes_survival.csv") == before);
}

TEST_CASE("cohort --outcomes: patients by id under the site's key, and no id in any output") {
  const TemporaryFolder folder;
  make_cohort(folder.path(), "patient_id", "MRN-");
  const std::string key(64, 'a');
  std::ofstream(folder / "site.key") << key << "\n";
  fs::permissions(folder / "site.key", fs::perms::owner_read | fs::perms::owner_write);
  {
    auto store = seedaudit::Store::open((folder / "out" / "seedaudit.db").string());
    REQUIRE(store);
    for (int i = 0; i < 12; ++i) {
      seedaudit::CaseRow row;
      row.case_id = "c" + std::to_string(i);
      row.status = "ok";
      row.patient = seedaudit::pseudonym_of(key, "MRN-c" + std::to_string(i));
      row.implant_date = "2020-01-01";
      REQUIRE(store->put(row, report_of(row.case_id, 80 + i)));
    }
  }
  const std::string given = "--outcomes " + quoted(folder / "followup.csv");
  CHECK(run_program(command(folder.path(), given)).status == 3);
  const auto done = run_program(command(folder.path(), given + " --key " + quoted(folder / "site.key")));
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK(nlohmann::json::parse(content_of(folder / "cohort" / "outcomes.json"))["matching"]["patients"] == 12);
  CHECK(done.out.find("MRN") == std::string::npos);
  for (const auto& entry : fs::directory_iterator(folder / "cohort")) CHECK(content_of(entry.path()).find("MRN") == std::string::npos);
}
