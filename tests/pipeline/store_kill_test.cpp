// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What a kill, or a disk that is full, in the middle of a commit leaves of the SQLite store.
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "tests/pipeline/batch_world.h"
#include "tests/support/temporary_folder.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

constexpr int kKills = 50, kRows = 7;

std::string report_of(int version) { return std::string(150'000, 'x') + " version " + std::to_string(version); }

/// This program again, as the hidden test of that name, with its folder in the environment.
pid_t start_worker(const char* test, const fs::path& folder) {
  setenv("SEEDAUDIT_TEST_STORE", folder.c_str(), 1);
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const char* arguments[] = {self.c_str(), test, "-o", "/dev/null", nullptr};
  pid_t pid = 0;
  REQUIRE(posix_spawn(&pid, self.c_str(), nullptr, nullptr, const_cast<char**>(arguments), environ) == 0);
  unsetenv("SEEDAUDIT_TEST_STORE");  // hidden tests that a pattern names here do nothing
  return pid;
}

int exit_of(pid_t pid) {
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Last version of each row that the writer was told is committed.
std::map<std::string, int> acknowledged(const fs::path& file) {
  std::map<std::string, int> out;
  std::istringstream lines(content_of(file));
  std::string id;
  for (int version = 0; lines >> id >> version;) out[id] = version;
  return out;
}

}  // namespace

TEST_CASE("store writer", "[.]") {
  const char* at = std::getenv("SEEDAUDIT_TEST_STORE");
  if (at == nullptr) return;  // no test of its own: start_worker() runs it
  const fs::path folder = at;
  auto store = Store::open((folder / "db").string());
  REQUIRE(store.ok());
  std::ofstream told(folder / "told", std::ios::app);
  int last = 0;
  for (const auto& [id, version] : acknowledged(folder / "told")) last = std::max(last, version);
  // Versions of a killed writer that it was not told of are passed over.
  for (int version = last + 1000; version < last + 100'000; ++version) {
    CaseRow row;
    row.case_id = "case-" + std::to_string(version % kRows);
    row.status = "ok";
    row.reason = "version " + std::to_string(version);
    REQUIRE(store->put(row, report_of(version)).ok());
    told << row.case_id << " " << version << std::endl;  // a page in the system's hands outlives the process
  }
}

TEST_CASE("store: killed at 50 moments while it commits, every row and its report are of one version, none told of is lost", "[heavy]") {
  const TemporaryFolder folder;
  std::mt19937 random(20261127);
  int in_transaction = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    const pid_t pid = start_worker("store writer", folder.path());
    const std::size_t before = content_of(folder / "told").size();
    // Once it writes: a kill at the program's start would prove nothing.
    for (int i = 0; i < 5000 && content_of(folder / "told").size() == before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, 20'000)(random)));
    kill(pid, SIGKILL);
    REQUIRE(exit_of(pid) == 128 + SIGKILL);
    in_transaction += fs::exists(folder / "db-journal") ? 1 : 0;
    auto store = Store::open((folder / "db").string());
    REQUIRE(store.ok());
    const auto rows = store->rows();
    REQUIRE(rows.ok());
    const auto told = acknowledged(folder / "told");
    std::map<std::string, std::string> reports;
    REQUIRE(store
                ->for_each_report([&](const CaseRow& r, std::string_view json) {
                  reports[r.case_id] = std::string(json);
                  return ok_status();
                })
                .ok());
    CHECK(rows->size() >= told.size());
    for (const CaseRow& r : *rows) {
      INFO(r.case_id << ": " << r.reason);
      const int version = std::stoi(r.reason.substr(8));
      CHECK(reports[r.case_id] == report_of(version));
      if (const auto t = told.find(r.case_id); t != told.end()) CHECK(version >= t->second);
    }
  }
  // The journal is there from the first change of a page to the commit: most kills found it.
  CHECK(in_transaction > 0);
}

TEST_CASE("full disk worker", "[.]") {
  const char* at = std::getenv("SEEDAUDIT_TEST_STORE");
  if (at == nullptr) return;  // no test of its own: start_worker() runs it
  const fs::path folder = at;
  // No file may grow beyond what the database has now: the system refuses the write as it does on a full disk.
  const rlim_t limit = fs::file_size(folder / "db");
  const rlimit size{limit, limit};
  signal(SIGXFSZ, SIG_IGN);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &size) == 0);
  const auto done = play(folder / "out", (folder / "db").string(), played_cases(60), played_options(), played_seams("0"));
  std::ofstream(folder / "said") << (done ? "done" : std::string(to_string(done.error().code)) + ": " + done.error().message());
}

TEST_CASE("batch: a database that cannot grow stops it with a clear word, and resumed the tables are whole", "[heavy]") {
  const TemporaryFolder folder;
  REQUIRE(play(folder / "whole", (folder / "whole.db").string(), played_cases(60), played_options(), played_seams("0")).ok());
  REQUIRE(Store::open((folder / "db").string()).ok());
  REQUIRE(exit_of(start_worker("full disk worker", folder.path())) == 0);
  const std::string said = content_of(folder / "said");
  INFO(said);
  CHECK(said.rfind("store_unavailable: ", 0) == 0);
  CHECK(said.find("--resume") != std::string::npos);
  std::size_t kept = 0;
  {
    auto store = Store::open((folder / "db").string());
    REQUIRE(store.ok());
    const auto rows = store->rows();
    REQUIRE(rows.ok());
    kept = rows->size();
  }
  CHECK(kept < 63);
  BatchOptions options = played_options();
  options.resume = true;
  const auto done = play(folder / "out", (folder / "db").string(), played_cases(60), options, played_seams("0"));
  REQUIRE(done.ok());
  CHECK(done->kept == kept);
  CHECK(table_of((folder / "db").string()) == table_of((folder / "whole.db").string()));
}
