// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// `seedaudit deidentify`: what is shared audits to the same numbers, passes a judge that is not ours, and appears whole or not at all.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"
#include "tests/support/shell.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& e : fs::recursive_directory_iterator(folder))
    if (e.is_regular_file()) files.push_back(e.path());
  std::sort(files.begin(), files.end());
  return files;
}

CommandResult deidentify(const fs::path& input, const fs::path& output, const std::string& more = "") {
  return run_program("deidentify " + quoted(input) + " -o " + quoted(output) + " --no-progress " + more);
}

/// Whether a number begins with these digits. Within a longer one, an identifier that was drawn, they are no date.
bool begins_number(const std::string& text, const std::string& digits) {
  for (auto at = text.find(digits); at != std::string::npos; at = text.find(digits, at + 1))
    if (at == 0 || std::isdigit(static_cast<unsigned char>(text[at - 1])) == 0) return true;
  return false;
}

/// The parts of a report that an audit computes; dates, names of files and identifiers are other ones.
Json figures_of(const fs::path& out) {
  Json report = Json::parse(content_of(out / "report.json"));
  for (const char* key : {"case_id", "patient", "dates_shifted", "provenance", "timing_s", "acquisition"}) report.erase(key);
  report["dose"].erase("implant_date");
  for (Json& flag : report["flags"]) flag.erase("message");
  return report;
}

}  // namespace

TEST_CASE("deidentify and run --identity pseudonym: the same numbers, no identity, and dciodvfy finds no error", "[heavy]") {
  const TemporaryFolder folder;
  std::ofstream(folder / "quick.json") << R"({"base": "tiny", "name": "quick", "dose_grid_mm": 5,
    "postop": {"matrix": 96, "views": 90, "detector_mm": 2.0, "scan_length_mm": 50},
    "preop": {"matrix": 64, "views": 60, "detector_mm": 3.0, "scan_length_mm": 60}, "implant": {"target_volume_cc": 4}})";
  const CommandResult made =
      run_program("phantom " + quoted(folder / "quick.json") + " --seed 3 -o " + quoted(folder / "case") + " --no-progress");
  REQUIRE(made.status == 0);
  const CommandResult r = deidentify(folder / "case", folder / "shared");
  INFO(r.err << r.out);
  REQUIRE(r.status == 0);
  CHECK(says(r.out, "truth.json: not DICOM"));
  CHECK(fs::exists(folder / "seedaudit.key"));  // beside the case
  for (const char* name : {"case", "shared"}) {
    const CommandResult audit =
        run_program("run " + quoted(folder / name) + " -o " + quoted(folder / (std::string(name) + "-out")) + " --no-progress");
    INFO(audit.err);
    REQUIRE((audit.status == 0 || audit.status == 4));  // so few voxels need not suffice for an audit without doubt
  }
  // Decay needs nothing but differences of dates: equal to the last digit.
  CHECK(figures_of(folder / "case-out") == figures_of(folder / "shared-out"));
  const Json before = Json::parse(content_of(folder / "case-out" / "report.json"));
  const Json after = Json::parse(content_of(folder / "shared-out" / "report.json"));
  CHECK(before["dose"]["implant_date"] != after["dose"]["implant_date"]);
  CHECK(before["dose"]["days_since_implant"] == after["dose"]["days_since_implant"]);

  // The same under an alias: one shift of dates in every output, and the figures of the true dates.
  const CommandResult alias = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "alias") +
                                          " --no-progress --identity pseudonym --key " + quoted(folder / "key"));
  INFO(alias.err);
  REQUIRE((alias.status == 0 || alias.status == 4));
  CHECK(figures_of(folder / "case-out") == figures_of(folder / "alias"));
  for (const fs::path& file : files_in(folder / "alias"))
    for (const char* word : {"PHANTOM-", "Phantom^", "2025-03-05", "2025-03-06", "2025-04-05", "20250305", "20250306", "20250405"}) {
      INFO(file << " holds " << word);
      CHECK_FALSE(says(content_of(file), word));
    }
  CHECK(says(content_of(folder / "alias" / "dicom" / "plan.dcm"), "P-"));
  CHECK(before["dose"]["implant_date"] == "2025-03-06");  // what is looked for is what there was to find

  // What an audit writes is shared as well, but its document.
  const CommandResult again = deidentify(folder / "case-out" / "dicom", folder / "shared" / "results");
  INFO(again.err << again.out);
  CHECK(again.status == 0);
  CHECK(says(again.out, "encapsulated document"));
  for (const fs::path& file : files_in(folder / "shared")) {
    const std::string content = content_of(file);
    for (const char* word : {"PHANTOM-", "Phantom^", "19600101", "20250305", "20250306", "20250405", "Simulated"}) {
      INFO(file << " holds " << word);
      CHECK_FALSE(says(content, word));
    }
    for (const char* date : {"202503", "202504"}) {
      INFO(file << " holds " << date);
      CHECK_FALSE(begins_number(content, date));
    }
  }
  CHECK(begins_number(content_of(files_in(folder / "case" / "postop_ct").front()), "202504"));  // what is looked for was there to find

  if (!has_program("dciodvfy")) {
    WARN("dciodvfy is not installed: the shared objects were not judged");
    return;
  }
  for (const fs::path& file : files_in(folder / "shared")) {
    const std::string verdict = output_of("dciodvfy " + quoted(file));
    if (says(verdict, "bitsallocated <= bytesinword")) continue;  // Debian's dciodvfy aborts on doses of 32 bit, as it does on the input
    INFO(file << ": " << verdict);
    CHECK_FALSE(says(verdict, "Error"));
  }
}

TEST_CASE("deidentify: a refused case and a bad place leave nothing behind") {
  const TemporaryFolder folder;
  DiskCaseOptions two;
  two.plan_patient_id = "PAT-4712";
  write_case(folder / "case", two);
  const auto left = [&] { return files_in(folder.path()).size(); };
  const CommandResult refused = deidentify(folder / "case", folder / "shared", "--key " + quoted(folder / "key"));
  CHECK(refused.status == 3);
  CHECK(says(refused.err, "different patients"));
  CHECK_FALSE(fs::exists(folder / "shared"));
  for (const auto& e : fs::directory_iterator(folder.path())) CHECK((e.path().filename() == "case" || e.path().filename() == "key"));

  const CommandResult bad = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "bad") +
                                        " --no-progress --identity pseudonym --key " + quoted(folder / "case" / "rtplan.dcm"));
  CHECK(bad.status == 3);
  CHECK_FALSE(fs::exists(folder / "bad"));

  const std::size_t files = left();
  CHECK(deidentify(folder / "case", folder / "case" / "shared").status == 2);
  CHECK(deidentify(folder / "case", folder / "shared", "--key " + quoted(folder / "shared" / "key")).status == 2);
  CHECK(deidentify(folder / "absent", folder / "shared").status == 3);
  CHECK(deidentify(folder / "case", folder / "shared", "--dates never").status == 2);
  fs::create_directories(folder / "full");
  std::ofstream(folder / "full" / "something") << "mine";
  CHECK(deidentify(folder / "case", folder / "full").status == 5);
  CHECK(content_of(folder / "full" / "something") == "mine");
  CHECK_FALSE(fs::exists(folder / "shared"));
  CHECK(left() == files + 1);  // "something"
}
