// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/case_digest.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/json_report.h"
#include "tests/report/sample_audit.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("row: a report's own figures, each from its place") {
  const CaseAudit audit = full_audit();
  const std::string text = report_json(audit);
  CaseRow row;
  row.case_id = audit.case_id;
  row.patient = "P-1";
  REQUIRE(fill_row(row, text).ok());
  const auto j = nlohmann::json::parse(text);
  CHECK(row.status == "review");
  CHECK(row.reason == "one seed left the site");
  CHECK(row.patient == "P-1");  // not the report's to say
  CHECK(row.flags == "SEED_MIGRATED");
  CHECK(row.verdict == j["undercoverage"]["verdict"]);
  CHECK(row.rx_gy == j["dose"]["rx_gy"].get<double>());
  CHECK(row.seeds_found == j["postop"]["seed_count"].get<int>());
  CHECK(row.seeds_low == j["postop"]["count_interval"][0].get<int>());
  CHECK(row.seeds_planned == j["postop"]["planned_count"].get<int>());
  CHECK(row.seeds_migrated == 1);
  double lowest = 1e9;
  int targets = 0;
  for (const auto& s : j["dose"]["structures"])
    if (s["role"] == "target") {
      ++targets;
      lowest = std::min(lowest, s["postop"]["d90_gy"].get<double>());
    }
  REQUIRE(targets > 0);
  CHECK(row.target_count == targets);
  CHECK(row.d90_after_gy == lowest);
  CHECK(row.d90_before_gy.has_value());
  CHECK(row.v100_after_pct.has_value());
}

TEST_CASE("row: where the place of a seed is not known, no number of migrated seeds is said") {
  CaseAudit audit = full_audit();
  REQUIRE_FALSE(audit.seeds.empty());
  audit.seeds.back().status = SeedStatus::undetermined;
  CaseRow row;
  row.case_id = audit.case_id;
  REQUIRE(fill_row(row, report_json(audit)).ok());
  CHECK_FALSE(row.seeds_migrated.has_value());
}

TEST_CASE("row: what is no report, or another case's, is refused and leaves the row") {
  CaseRow row;
  row.case_id = "another";
  for (const std::string& text :
       {std::string("{"), std::string("[]"), std::string(R"({"schema_version": "1.0"})"), report_json(full_audit())}) {
    CHECK_FALSE(fill_row(row, text).ok());
    CHECK(row.status.empty());
  }
}

TEST_CASE("tables: a cell that holds commas, quotes and breaks is one cell, absent is empty, counts add up") {
  CaseRow a, b;
  a.case_id = "a";
  a.status = "ok";
  a.verdict = "green";
  a.phase = "day_0";
  a.target = "CTV, \"left\"";
  a.d90_after_gy = 0.1;
  b.case_id = "b";
  b.status = "failed";
  b.cause = "signal";
  const std::string csv = case_rows_csv({a, b});
  CHECK(csv.rfind("case_id,patient,", 0) == 0);
  CHECK(csv.find(",\"CTV, \"\"left\"\"\",") != std::string::npos);
  CHECK(csv.find(",0.1,") != std::string::npos);
  CHECK(csv.find("\nb,,,,failed,,signal,") != std::string::npos);
  const auto j = nlohmann::json::parse(case_rows_summary({a, b}, "pseudonym", true));
  CHECK(j["identity"] == "pseudonym");
  CHECK(j["dates"] == "shift");
  CHECK(j["cases"] == 2);
  CHECK(j["status"]["ok"] == 1);
  CHECK(j["status"]["refused"] == 0);
  CHECK(j["cause"]["signal"] == 1);
  CHECK(j["verdict_by_phase"]["day_0"]["green"] == 1);
}
