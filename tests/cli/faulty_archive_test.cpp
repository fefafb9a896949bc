// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// An archive with one case of each fault that archives have: every case ends as exactly one row, and the row names the fault. The same on
// hundreds of cases: bench/archive/make_faulty_archive.py.
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <map>

#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

constexpr const char* kFaultyPatient = "PAT-4711";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  REQUIRE(from.size() == to.size());
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// Another implant: digits of every UID made here are moved on, in the same way in every file, so that references stay.
std::string renamed(std::string content, int number, const std::string& patient) {
  constexpr std::size_t kShortest = 20, kMoved = 4;
  for (auto at = content.find("2.25."); at != std::string::npos; at = content.find("2.25.", at + 1)) {
    std::size_t end = at + 5;
    while (end < content.size() && std::isdigit(static_cast<unsigned char>(content[end])) != 0) ++end;
    if (end - at < kShortest) continue;
    const int moved = (std::stoi(content.substr(end - kMoved, kMoved)) + 7 * number) % 10'000;
    const std::string digits = std::to_string(10'000 + moved).substr(1);
    content.replace(end - kMoved, kMoved, digits);
  }
  replace_all(content, kFaultyPatient, patient);
  return content;
}

void write_bytes(const fs::path& file, const std::string& content) { std::ofstream(file, std::ios::binary) << content; }

struct Fault {
  std::string name, status, words;  ///< what its row must say
};

const std::vector<Fault> kFaults{{"none", "", ""},
                                 {"truncated", "refused", "bytes, but only"},
                                 {"cut_in_header", "refused", "ct/"},
                                 {"missing_slices", "refused", "slices"},
                                 {"wrong_patient", "refused", "patients (Patient ID differs)"},
                                 {"no_plan", "review", ""},
                                 {"no_scan", "refused", "post-op"},
                                 {"two_plans", "refused", "two plans"},
                                 {"duplicate_uid", "refused", "one SOP Instance UID"},
                                 {"not_dicom", "refused", "not DICOM although its name says so"},
                                 {"empty_file", "refused", "empty"},
                                 {"unreadable_folder", "refused", "folder cannot be listed"}};

std::string sop_uid(const std::string& content) {
  const std::string tag("\x08\x00\x18\x00UI", 6);
  const auto at = content.find(tag, 200);
  REQUIRE(at != std::string::npos);
  return content.substr(at + 8, static_cast<unsigned char>(content[at + 6]));
}

void plant(const std::string& fault, const fs::path& folder, const std::string& patient) {
  std::vector<fs::path> slices;
  for (fs::directory_iterator it(folder / "ct"), end; it != end; ++it) slices.push_back(it->path());
  std::sort(slices.begin(), slices.end());
  const std::size_t middle = slices.size() / 2;
  const std::string content = content_of(slices[middle]);
  if (fault == "truncated") fs::resize_file(slices[middle], content.size() - 2000);
  if (fault == "cut_in_header") fs::resize_file(slices[middle], 700);
  if (fault == "missing_slices")
    for (std::size_t i = middle; i < middle + 4; ++i) fs::remove(slices[i]);
  if (fault == "wrong_patient") {
    for (const auto& slice : slices) {
      std::string other = content_of(slice);
      replace_all(other, patient, "X" + patient.substr(1));
      write_bytes(slice, other);
    }
  }
  if (fault == "no_plan") fs::remove(folder / "rtplan.dcm");
  if (fault == "no_scan") fs::remove_all(folder / "ct");
  if (fault == "two_plans") {
    std::string other = content_of(folder / "rtplan.dcm");
    const std::string uid = sop_uid(other);
    std::string another = uid;
    char& digit = another[another.find_last_of("0123456789")];
    digit = digit == '1' ? '2' : '1';
    replace_all(other, uid, another);
    write_bytes(folder / "rtplan2.dcm", other);
  }
  if (fault == "duplicate_uid") {
    for (std::size_t i = middle + 1; i < slices.size(); ++i) {
      const std::string uid = sop_uid(content_of(slices[i]));
      if (uid.size() != sop_uid(content).size()) continue;
      std::string other = content;
      replace_all(other, sop_uid(content), uid);
      write_bytes(slices[middle], other);
      return;
    }
    FAIL("no two slices with UIDs of one length");
  }
  if (fault == "not_dicom") write_bytes(slices[middle], "this was a slice");
  if (fault == "empty_file") write_bytes(slices[middle], "");
  if (fault == "unreadable_folder") fs::permissions(folder / "ct", fs::perms::none);
}

}  // namespace

TEST_CASE("archive: each planted fault ends as one row that names it, and costs no other case", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "base");
  std::map<std::string, Fault> planted;
  for (std::size_t n = 0; n < kFaults.size(); ++n) {
    const std::string patient = "PAT-" + std::to_string(6000 + n);
    const fs::path here = folder / "archive" / ("folder " + std::to_string(n));
    for (fs::recursive_directory_iterator it(folder / "base"), end; it != end; ++it) {
      const fs::path to = here / fs::relative(it->path(), folder / "base");
      fs::create_directories(to.parent_path());
      if (it->is_regular_file()) write_bytes(to, renamed(content_of(it->path()), static_cast<int>(n) + 1, patient));
    }
    plant(kFaults[n].name, here, patient);
    planted[patient] = kFaults[n];
  }
  // What is under test is not the precision of the doses.
  std::ofstream(folder / "quick.json") << R"({"uncertainty.draws": 20, "uncertainty.points": 200})";

  // Nothing is unreadable for root, unless it gives up the right to read everything.
  const std::string as_anybody = geteuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search" : "";
  const std::string manifest = quoted(folder / "manifest.json");
  const CommandResult scanned =
      run_program("scan " + quoted(folder / "archive") + " -o " + manifest + " --identity keep --no-progress", as_anybody);
  INFO(scanned.err);
  REQUIRE(scanned.status == 0);
  const CommandResult batched = run_program(
      "batch " + manifest + " -o " + quoted(folder / "out") + " --identity keep --no-progress --config " + quoted(folder / "quick.json"),
      as_anybody);
  for (const auto& [patient, fault] : planted)
    if (fault.name == "unreadable_folder")
      for (fs::directory_iterator it(folder / "archive"), end; it != end; ++it)
        if (fs::exists(it->path() / "ct")) fs::permissions(it->path() / "ct", fs::perms::owner_all);  // so that it can be removed
  INFO(batched.err);
  REQUIRE(batched.status == 0);

  auto store = Store::open_existing((folder / "out/seedaudit.db").string());
  REQUIRE(store.ok());
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  std::map<std::string, std::vector<CaseRow>> of_patient;
  for (const CaseRow& row : *rows) of_patient[row.patient].push_back(row);
  CHECK(rows->size() == planted.size());
  for (const auto& [patient, fault] : planted) {
    INFO(patient << ", " << fault.name);
    REQUIRE(of_patient[patient].size() == 1);
    const CaseRow& row = of_patient[patient].front();
    INFO(row.status << ": " << row.reason);
    CHECK(row.cause.empty());
    if (fault.name == "none")
      CHECK((row.status == "ok" || row.status == "review"));
    else
      CHECK(row.status == fault.status);
    CHECK(row.reason.find(fault.words) != std::string::npos);
    CHECK(row.d90_after_gy.has_value() == (fault.name == "none"));
    CHECK(row.seeds_found.has_value() == (fault.status != "refused"));
  }
}
