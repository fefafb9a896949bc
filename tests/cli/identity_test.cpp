// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// One patient has one name and one shift of dates under one key, whichever command is asked.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "core/date.h"
#include "core/date_shift.h"
#include "core/pseudonym.h"
#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"
#include "tests/support/schema_check.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

constexpr const char* kPatient = "PAT-47110";  // of odd length: DICOM pads it

std::string key_in(const fs::path& file) {
  const std::string key(64, 'c');
  std::ofstream(file) << key << "\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  return key;
}

Json json_of(const fs::path& file) { return Json::parse(content_of(file)); }

CaseRow only_row(const fs::path& database) {
  auto store = Store::open_existing(database.string());
  REQUIRE(store.ok());
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 1);
  return rows->front();
}

/// What an audit computes; dates are others, and with them nothing else.
Json figures(const fs::path& report) {
  Json j = json_of(report);
  for (const char* key : {"patient", "dates_shifted", "provenance", "timing_s", "acquisition"}) j.erase(key);
  if (j["dose"].is_object()) j["dose"].erase("implant_date");
  for (Json& flag : j["flags"]) flag.erase("message");
  return j;
}

void check_no_true_date(const fs::path& folder) {
  for (fs::recursive_directory_iterator it(folder), end; it != end; ++it) {
    if (it->path().filename() == "private") it.disable_recursion_pending();  // stays with the site
    if (!it->is_regular_file()) continue;
    const std::string content = content_of(it->path());
    for (const char* date : {"2026-03-02", "20260302", "2026-01-30", "20260130", kPatient}) {
      INFO(it->path() << " holds " << date);
      CHECK(content.find(date) == std::string::npos);
    }
  }
}

}  // namespace

TEST_CASE("identity: scan, batch, run and deidentify give one patient one name and one shift under one key", "[heavy]") {
  const TemporaryFolder folder;
  DiskCaseOptions options;
  options.patient_id = options.plan_patient_id = kPatient;
  write_case(folder / "archive" / "Meier", options);
  const std::string key = key_in(folder / "key");
  const std::string with_key = " --no-progress --key " + quoted(folder / "key");
  std::ofstream(folder / "quick.json") << R"({"uncertainty.draws": 20, "uncertainty.points": 200})";
  const std::string quick = " --config " + quoted(folder / "quick.json");
  const std::string name = pseudonym_of(key, kPatient);
  const auto shift = date_shift_of(key, kPatient);
  const auto batch = [&](const fs::path& archive, const char* out, const std::string& more) {
    const CommandResult r = run_program("batch " + quoted(archive) + " -o " + quoted(folder / out) + with_key + quick + more);
    INFO(r.err);
    REQUIRE(r.status == 0);
    return only_row(folder / out / "seedaudit.db");
  };
  const auto scan = [&](const char* manifest, const std::string& more) {
    const CommandResult r = run_program("scan " + quoted(folder / "archive") + " -o " + quoted(folder / manifest) + more);
    INFO(r.err);
    REQUIRE(r.status == 0);
    return json_of(folder / manifest)["cases"].at(0);
  };

  const Json named = scan("true.json", with_key), moved = scan("moved.json", with_key + " --dates shift");
  CHECK(named["patient"] == name);
  CHECK(moved["patient"] == name);
  CHECK(named["scan_date"].get<std::string>().substr(0, 10) == "2026-03-02");
  CHECK(parse_date(moved["scan_date"].get<std::string>().substr(0, 10)) == *parse_date("2026-03-02") + shift);
  CHECK(moved["days_since_implant"] == named["days_since_implant"]);
  check_against_schema("manifest-1.0.schema.json", content_of(folder / "moved.json"));
  CHECK(content_of(folder / "moved.json").find("2026-") == std::string::npos);

  const CaseRow plain = batch(folder / "archive", "plain", "");
  const CaseRow by_manifest = batch(folder / "moved.json", "moved", "");
  for (const CaseRow& row : {plain, by_manifest}) {
    CHECK(row.patient == name);
    CHECK((row.status == "ok" || row.status == "review"));
    CHECK(row.d90_after_gy.has_value());
  }
  // Dates of rows: true by default, and moved where the manifest's are; decay is what it was, to the last digit.
  CHECK(plain.scan_date == "2026-03-02");
  CHECK(parse_date(by_manifest.scan_date) == *parse_date(plain.scan_date) + shift);
  CHECK(parse_date(by_manifest.implant_date) == *parse_date(plain.implant_date) + shift);
  CHECK(by_manifest.days_since_implant == plain.days_since_implant);
  CHECK(by_manifest.d90_after_gy == plain.d90_after_gy);
  const fs::path report = folder / "plain/cases" / plain.case_id / "report.json";
  const fs::path moved_report = folder / "moved/cases" / by_manifest.case_id / "report.json";
  Json a = figures(report), b = figures(moved_report);
  a.erase("case_id");
  b.erase("case_id");
  CHECK(a["dose"].is_object());
  CHECK(a == b);
  CHECK(json_of(moved_report)["dates_shifted"] == true);
  CHECK_FALSE(json_of(report).contains("dates_shifted"));
  check_no_true_date(folder / "moved");
  CHECK(json_of(folder / "moved/summary.json")["dates"] == "shift");

  const CommandResult run =
      run_program("run " + quoted(folder / "archive/Meier") + " -o " + quoted(folder / "run") + " --identity pseudonym" + with_key + quick);
  INFO(run.err);
  REQUIRE(run.status == 0);
  CHECK(json_of(folder / "run/report.json")["patient"] == name);
  CHECK(json_of(folder / "run/report.json")["dose"]["implant_date"] == json_of(moved_report)["dose"]["implant_date"]);

  const CommandResult shared =
      run_program("deidentify " + quoted(folder / "archive/Meier") + " -o " + quoted(folder / "shared") + with_key);
  INFO(shared.err);
  REQUIRE(shared.status == 0);
  CHECK(shared.out.find(" of " + name + " in ") != std::string::npos);

  // A cohort of moved dates says nothing of periods, and says why.
  REQUIRE(run_program("cohort " + quoted(folder / "moved") + " -o " + quoted(folder / "cohort")).status == 0);
  const Json cohort = json_of(folder / "cohort/cohort.json");
  CHECK(cohort["times"][0]["patients"] == 1);
  CHECK(content_of(folder / "cohort/cohort.json").find("dates of audits are shifted") != std::string::npos);
}

TEST_CASE("identity: what contradicts a manifest is refused before anything is audited") {
  const TemporaryFolder folder;
  DiskCaseOptions options;
  options.with_plan = options.with_structures = options.with_seeds = false;
  write_case(folder / "archive" / "one", options);
  key_in(folder / "key");
  std::ofstream(folder / "other") << std::string(64, 'd');
  fs::permissions(folder / "other", fs::perms::owner_read | fs::perms::owner_write);
  const auto scan = [&](const char* manifest, const std::string& more) {
    return run_program("scan " + quoted(folder / "archive") + " -o " + quoted(folder / manifest) + " --no-progress " + more).status;
  };
  const auto refused = [&](const char* archive, const std::string& more, const char* words) {
    const CommandResult r = run_program("batch " + quoted(folder / archive) + " -o " + quoted(folder / "out") + " --no-progress " + more);
    INFO(more << ": " << r.err);
    CHECK(r.status == 2);
    CHECK(r.err.find(words) != std::string::npos);
    CHECK_FALSE(fs::exists(folder / "out/cases.csv"));
  };
  const std::string key = "--key " + quoted(folder / "key"), other = "--key " + quoted(folder / "other");
  REQUIRE(scan("true.json", key) == 0);
  REQUIRE(scan("moved.json", key + " --dates shift") == 0);
  CHECK(scan("kept.json", "--identity keep --dates shift") == 2);
  refused("true.json", other, "not that of the manifest");
  refused("true.json", key + " --dates shift", "true dates");
  refused("moved.json", key + " --dates keep", "are shifted");
  refused("moved.json", "--identity none", "are shifted");
  refused("true.json", "--identity none " + key, "--key goes with");
  refused("archive", "--identity none --dates shift", "--dates shift goes with");
  CHECK(run_program("run " + quoted(folder / "archive/one") + " -o " + quoted(folder / "run") + " --dates keep").status == 2);
}
