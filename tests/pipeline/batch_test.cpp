// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "tests/pipeline/batch_world.h"
#include "tests/support/temporary_folder.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

std::map<std::string, CaseRow> rows_of(const fs::path& database) {
  auto store = Store::open_existing(database.string());
  REQUIRE(store.ok());
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  std::map<std::string, CaseRow> by_id;
  for (const CaseRow& r : *rows) by_id[r.case_id] = r;
  return by_id;
}

constexpr int kKills = 50;
constexpr int kPlayed = 9;

/// The batch under kill is this program again, so that it is killed as a process is.
pid_t start_worker(const fs::path& out) {
  setenv("SEEDAUDIT_TEST_BATCH", out.c_str(), 1);
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const char* arguments[] = {self.c_str(), "batch worker", "-o", "/dev/null", nullptr};
  pid_t pid = 0;
  REQUIRE(posix_spawn(&pid, self.c_str(), nullptr, nullptr, const_cast<char**>(arguments), environ) == 0);
  return pid;
}

}  // namespace

TEST_CASE("batch worker", "[.]") {
  const char* out = std::getenv("SEEDAUDIT_TEST_BATCH");
  if (out == nullptr) return;  // no test of its own: start_worker() runs it
  BatchOptions options = played_options();
  options.resume = true;
  const auto done = play(out, fs::path(out) / "seedaudit.db", played_cases(kPlayed), options, played_seams("0.02"));
  INFO((done ? "" : done.error().message()));
  REQUIRE(done.ok());
}

TEST_CASE("batch: every case ends as one row, and a crash, a refusal or a limit costs that case alone") {
  const TemporaryFolder folder;
  auto cases = played_cases(4);
  cases.push_back(played_case("case-hang"));
  BatchCase refused = played_case("case-refused-by-scan");
  refused.refusal = Error{ErrorCode::no_postop_ct, "nothing can be the post-op CT", "/secret/Meier/ct", ""};
  cases.push_back(refused);
  for (BatchCase& c : cases)
    if (c.facts.case_id == "case-crash" || c.facts.case_id == "case-refused" || c.facts.case_id == "case-100") c.facts.patient.clear();
  BatchSeams seams = played_seams("0");
  seams.patient_of_refused = [](const BatchCase& c) { return "from the headers of " + c.facts.case_id; };
  BatchOptions options = played_options();
  options.time_limit = std::chrono::seconds(1);
  const auto start = std::chrono::steady_clock::now();
  const auto done = play(folder / "out", folder / "db", cases, options, seams);
  REQUIRE(done.ok());
  CHECK(done->audited == cases.size());
  // The hanging case sleeps 60 s: half of that can only be reached if its limit did not end it.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  auto rows = rows_of(folder / "db");
  CHECK(rows.size() == cases.size());
  CHECK(rows["case-100"].status == "ok");
  CHECK(rows["case-100"].cause.empty());
  CHECK(rows["case-100"].seeds_found == 20);
  CHECK(rows["case-100"].report_sha256 == file_sha256(folder / "out/cases/case-100/report.json"));
  CHECK(rows["case-crash"].status == "failed");
  CHECK(rows["case-crash"].cause == "signal");
  CHECK(rows["case-crash"].reason.find("signal 11") != std::string::npos);
  CHECK(rows["case-refused"].status == "refused");
  CHECK(rows["case-refused"].reason == "no post-op CT (...). Add one.");
  // Only the refused case that nobody has named yet: what crashed a process is not read by the batch's own.
  CHECK(rows["case-refused"].patient == "from the headers of case-refused");
  CHECK(rows["case-crash"].patient.empty());
  CHECK(rows["case-100"].patient.empty());
  CHECK(rows["case-refused-by-scan"].patient == "P-case-refused-by-scan");
  CHECK(rows["case-hang"].status == "failed");
  CHECK(rows["case-hang"].cause == "time_limit");
  CHECK(rows["case-mute"].status == "failed");
  CHECK(rows["case-mute"].cause == "no_report");
  CHECK(rows["case-refused-by-scan"].status == "refused");
  CHECK(rows["case-refused-by-scan"].reason.find("Meier") == std::string::npos);
  CHECK(file_content(folder / "out/logs/case-refused.log").find("Meier") == std::string::npos);
  CHECK(fs::is_empty(folder / "out/work"));
}

TEST_CASE("batch: resumed, it audits what changed and nothing else") {
  const TemporaryFolder folder;
  auto cases = played_cases(4);
  BatchOptions options = played_options();
  const auto again = [&] { return play(folder / "out", folder / "db", cases, options, played_seams("0", folder / "tally")); };
  const auto audited = [&] {
    const std::string names = content_of(folder / "tally");
    fs::remove(folder / "tally");
    return names;
  };
  REQUIRE(again().ok());
  audited();
  const auto refused = again();  // without --resume
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::invalid_option);

  options.resume = true;
  auto done = again();
  REQUIRE(done.ok());
  CHECK(done->audited == 0);
  CHECK(done->kept == cases.size());

  SECTION("a report that was altered") {
    std::ofstream(folder / "out/cases/case-101/report.json") << "{}";
    REQUIRE(again().ok());
    CHECK(audited() == "case-101\n");
  }
  SECTION("inputs of one case") {
    cases.back().request_sha256 = "other";
    done = again();
    REQUIRE(done.ok());
    CHECK(audited() == "case-103\n");
    REQUIRE(done->notes.size() == 1);
    CHECK(done->notes[0].code == "OPTIONS_CHANGED");
  }
  SECTION("another program") {
    options.program = "2.0 (test)";
    done = again();
    REQUIRE(done.ok());
    CHECK(done->audited == cases.size());
    CHECK(done->notes.at(0).code == "PROGRAM_CHANGED");
  }
  SECTION("limits concern what ended early") {
    options.time_limit = std::chrono::seconds(50);
    done = again();
    REQUIRE(done.ok());
    CHECK(done->audited == 2);  // the crash and the mute one
  }
  SECTION("a case that left the archive is set aside, not lost") {
    cases.pop_back();
    REQUIRE(again().ok());
    CHECK(rows_of(folder / "db").count("case-103") == 0);
    CHECK(fs::exists(folder / "out/superseded/case-103/report.json"));
  }
  SECTION("another archive altogether is refused") {
    cases = {played_case("case-900")};
    done = again();
    REQUIRE_FALSE(done.ok());
    CHECK(rows_of(folder / "db").size() == 7);
  }
  SECTION("the database of another batch is refused") {
    done = play(folder / "other", folder / "db", cases, options, played_seams("0"));
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().what.find("another output folder") != std::string::npos);
  }
}

TEST_CASE("batch: a full disk stops it, and it goes on when there is room again") {
  const TemporaryFolder folder;
  auto cases = played_cases(6);
  cases.insert(cases.begin() + 5, played_case("case-full"));
  BatchOptions options = played_options();
  const auto stopped = play(folder / "out", folder / "db", cases, options, played_seams("0"));
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().code == ErrorCode::output_unwritable);
  CHECK(stopped.error().what.find("No space left") != std::string::npos);
  CHECK(rows_of(folder / "db").count("case-full") == 0);
  cases.erase(cases.begin() + 5);
  options.resume = true;
  const auto done = play(folder / "out", folder / "db", cases, options, played_seams("0"));
  REQUIRE(done.ok());
  CHECK(rows_of(folder / "db").size() == cases.size());
}

TEST_CASE("batch: a second one in the same folder is refused while the first is at work") {
  const TemporaryFolder folder;
  const auto first = BatchFolder::open(folder / "out");
  REQUIRE(first.ok());
  const auto second = BatchFolder::open(folder / "out");
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::invalid_option);
}

TEST_CASE("batch: killed at 50 random moments and resumed, the tables are those of an undisturbed run", "[heavy]") {
  const TemporaryFolder folder;
  REQUIRE(play(folder / "whole", folder / "whole.db", played_cases(kPlayed), played_options(), played_seams("0")).ok());
  const std::string expected = table_of(folder / "whole.db");

  std::mt19937 random(20260727);
  int killed = 0;
  for (int round = 0; killed < kKills; ++round) {
    // A batch that got to its end is begun anew: the kills then fall on beginnings, middles and ends alike.
    const fs::path out = folder / ("out" + std::to_string(round));
    for (bool ended = false; !ended && killed < kKills;) {
      const pid_t pid = start_worker(out);
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(2'000, 150'000)(random)));
      kill(pid, SIGKILL);
      int status = 0;
      REQUIRE(waitpid(pid, &status, 0) == pid);
      if (WIFSIGNALED(status))
        ++killed;
      else
        ended = true;
    }
    const pid_t last = start_worker(out);
    int status = 0;
    REQUIRE(waitpid(last, &status, 0) == last);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    CHECK(table_of(out / "seedaudit.db") == expected);
    for (const auto& [id, row] : rows_of(out / "seedaudit.db")) {
      CHECK(fs::exists(out / "cases" / id) == !row.report_sha256.empty());
      if (!row.report_sha256.empty()) CHECK(file_sha256(out / "cases" / id / "report.json") == row.report_sha256);
    }
    CHECK(fs::is_empty(out / "work"));
  }
}
