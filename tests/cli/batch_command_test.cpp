// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What `seedaudit batch` promises to its caller.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

std::string batch(const fs::path& archive, const fs::path& out, const std::string& more = "") {
  return "batch " + quoted(archive) + " -o " + quoted(out) + " --no-progress " + more;
}

/// Pseudonyms in a table of cases, and how many rows have each.
std::map<std::string, int> patients_of(const std::string& csv) {
  std::map<std::string, int> count;
  const std::regex pseudonym("(^|,)(P-[0-9a-f]{16}),", std::regex::multiline);
  for (std::sregex_iterator it(csv.begin(), csv.end(), pseudonym), end; it != end; ++it) ++count[(*it)[2]];
  return count;
}

}  // namespace

TEST_CASE("batch: a sound, a refused and a damaged case each have their row, nobody's name is in it, and resuming keeps all", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "archive" / "Meier Secret (2)");
  DiskCaseOptions mixed;
  mixed.plan_patient_id = "PAT-OTHER";
  write_case(folder / "archive" / "Schulz Secret (3)", mixed);
  fs::create_directories(folder / "archive" / "Empty Secret");
  write_case(folder / "archive" / "Meier Secret (1)");
  const fs::path slice = fs::directory_iterator(folder / "archive" / "Meier Secret (1)" / "ct")->path();
  fs::resize_file(slice, fs::file_size(slice) / 2);
  const CommandResult r = run_program(batch(folder / "archive", folder / "out", "--jobs 2"));
  INFO(r.err);
  REQUIRE(r.status == 0);
  const Json summary = Json::parse(content_of(folder / "out" / "summary.json"));
  CHECK(summary["cases"] == 4);
  CHECK(summary["status"]["ok"].get<int>() + summary["status"]["review"].get<int>() == 1);
  CHECK(summary["status"]["refused"] == 3);
  const std::string csv = content_of(folder / "out" / "cases.csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  CHECK(says(csv, "different patients"));
  // The refused scan of the audited patient bears the same name, from its headers; of two patients or of nobody there is none.
  REQUIRE(patients_of(csv).size() == 1);
  CHECK(patients_of(csv).begin()->second == 2);
  for (fs::recursive_directory_iterator it(folder / "out"), end; it != end; ++it) {
    if (it->path().filename() == "private") it.disable_recursion_pending();  // stays with the site
    if (!it->is_regular_file()) continue;
    INFO(it->path());
    const std::string text = content_of(it->path());
    for (const char* name : {"Secret", "PAT-4711", "PAT-OTHER"}) CHECK_FALSE(says(text, name));
  }
  CHECK(says(content_of(folder / "out" / "private" / "case_folders.csv"), "Meier Secret (2)"));
  CHECK((fs::status(folder / "out" / "private").permissions() & fs::perms::others_all) == fs::perms::none);

  CHECK(run_program(batch(folder / "archive", folder / "out")).status == 2);
  const CommandResult again = run_program(batch(folder / "archive", folder / "out", "--resume"));
  CHECK(again.status == 0);
  CHECK(says(again.out, "0 audited now, 4 kept"));
  CHECK(content_of(folder / "out" / "cases.csv") == csv);  // to the byte, times and all: nothing was touched
}

TEST_CASE("batch: what cannot work is told at once") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "archive" / "case");
  CHECK(run_program(batch(folder / "none", folder / "out")).status == 3);
  CHECK(run_program(batch(folder / "archive" / "case", folder / "out")).status == 3);
  const CommandResult slurm = run_program(batch(folder / "archive", folder / "out", "--engine slurm"), "PATH=/nowhere");
  CHECK(slurm.status == 4);
  CHECK(says(slurm.err, "sbatch is not on the PATH"));
  std::ofstream(folder / "bad.json") << R"({"no.such.key": 1})";
  CHECK(run_program(batch(folder / "archive", folder / "out", "--config " + quoted(folder / "bad.json"))).status == 3);
  const CommandResult gone = run_program(batch(folder / "archive", folder / "out", "--db postgresql://u:pw@127.0.0.1:1/d"));
  CHECK(gone.status == 5);
  CHECK_FALSE(says(gone.err, "pw@"));
}
