// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// `batch --engine slurm` on a real cluster of two nodes on loopback.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "pipeline/array_task.h"
#include "pipeline/slurm_engine.h"
#include "tests/cli/case_on_disk.h"
#include "tests/cli/postgres_server.h"
#include "tests/cli/slurm_cluster.h"
#include "tests/pipeline/batch_world.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

#define NEEDS_CLUSTER()                                                           \
  if (const std::string obstacle = SlurmCluster::obstacle(); !obstacle.empty()) { \
    if (geteuid() == 0) FAIL(obstacle);                                           \
    WARN("NOT TESTED: " << obstacle);                                             \
    return;                                                                       \
  }

constexpr int kPlayed = 9;

std::string this_program() { return fs::read_symlink("/proc/self/exe").string(); }

std::vector<BatchCase> cases_on_cluster() {
  auto cases = played_cases(kPlayed);
  BatchCase refused = played_case("case-refused-by-scan");
  refused.refusal = Error{ErrorCode::no_postop_ct, "nothing can be the post-op CT", "", ""};
  cases.push_back(refused);
  return cases;
}

/// A batch of played cases whose tasks are this program again (the case "array worker").
/// \param database empty: SQLite in `at`
Result<BatchOutcome> play_on_cluster(const fs::path& at, const std::string& delay_s, std::atomic<bool>& stop,
                                     const std::string& database = "") {
  const fs::path script = at / "task.sh";
  std::ofstream(script) << "SEEDAUDIT_TEST_ARRAY=\"$1\" SEEDAUDIT_TEST_TASK=\"$2\" SEEDAUDIT_TEST_AT=" << quoted(at)
                        << " SEEDAUDIT_TEST_DELAY=" << delay_s << " exec " << quoted(this_program()) << " 'array worker'\n";
  SlurmOptions slurm;
  slurm.task_command = {"/bin/sh", script.string()};
  slurm.cases_per_task = 2;
  BatchOptions options = played_options();
  options.resume = true;
  const std::function<Status(const fs::path&)> describe = [](const fs::path&) { return ok_status(); };
  const auto folder = BatchFolder::open(at / "out");
  if (!folder) return folder.error();
  auto store = Store::open(database.empty() ? (at / "db").string() : database);
  if (!store) return store.error();
  BatchSeams seams = played_seams(delay_s);
  seams.engine = slurm_engine(at / "out", slurm, *folder, options, describe);
  return run_batch(cases_on_cluster(), *folder, *store, options, seams, {}, stop);
}

std::string table_without_cluster(const TemporaryFolder& folder) {
  REQUIRE(play(folder / "local", (folder / "local.db").string(), cases_on_cluster(), played_options(), played_seams("0")).ok());
  return table_of((folder / "local.db").string());
}

std::map<std::string, int> audits_begun(const fs::path& tally) {
  std::map<std::string, int> count;
  std::istringstream lines(content_of(tally));
  for (std::string line; std::getline(lines, line);) ++count[line];
  return count;
}

fs::path only_array(const fs::path& at) {
  std::error_code ec;
  for (fs::directory_iterator it(at / "out/slurm", ec), end; !ec && it != end; it.increment(ec)) return it->path();
  return {};
}

std::vector<std::string> collected(const fs::path& at) {
  std::vector<std::string> ids;
  std::error_code ec;
  for (fs::directory_iterator it(only_array(at) / "collected", ec), end; !ec && it != end; it.increment(ec))
    if (it->path().extension() != ".part") ids.push_back(it->path().filename().string());
  return ids;
}

/// Rows and reports; a report says how long its audit took.
std::string table_without_times(const fs::path& database) {
  auto store = Store::open_existing(database.string());
  REQUIRE(store.ok());
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 3);
  std::ostringstream text;
  for (const CaseRow& row : *rows)
    visit_columns(row, [&](const std::string& name, const auto& value, bool is_time) {
      if (is_time) return;
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
        text << name << '=' << value << '\n';
      else
        text << name << '=' << (value ? std::to_string(*value) : "NULL") << '\n';
    });
  const Status walked = store->for_each_report([&](const CaseRow& row, std::string_view json) {
    auto report = nlohmann::json::parse(json);
    CHECK(report.erase("timing_s") == 1);
    text << row.case_id << ": " << report.dump(1) << '\n';
    return ok_status();
  });
  REQUIRE(walked.ok());
  return text.str();
}

void wait_until(const std::function<bool()>& reached) {
  // A bound against hanging for ever, not a measure.
  for (int i = 0; i < 1200 && !reached(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(reached());
}

}  // namespace

TEST_CASE("array worker", "[.]") {
  const char* array = std::getenv("SEEDAUDIT_TEST_ARRAY");
  if (array == nullptr) return;  // no test of its own: Slurm runs it
  const fs::path at = std::getenv("SEEDAUDIT_TEST_AT");
  const BatchSeams seams = played_seams(std::getenv("SEEDAUDIT_TEST_DELAY"), at / "tally");
  const ArrayCommand command = [&](const std::string& id, const fs::path& attempt) { return seams.command(played_case(id), attempt); };
  const std::atomic<bool> stop{false};
  const Status done = run_array_task(ArrayFolder(array), std::atoi(std::getenv("SEEDAUDIT_TEST_TASK")), {}, command, stop);
  INFO((done ? "" : done.error().message()));
  REQUIRE(done.ok());
}

TEST_CASE("slurm batch", "[.]") {
  const char* at = std::getenv("SEEDAUDIT_TEST_SUBMIT");
  if (at == nullptr) return;  // no test of its own: it is started to be killed
  std::atomic<bool> stop{false};
  REQUIRE(play_on_cluster(at, "1", stop).ok());
}

TEST_CASE("slurm: with a node lost midway the tables are those of one machine, and no finished case was audited again", "[heavy]") {
  NEEDS_CLUSTER();
  SlurmCluster cluster;
  const TemporaryFolder folder;
  std::atomic<bool> stop{false};
  std::atomic<bool> ended{false};
  std::optional<Result<BatchOutcome>> done;
  std::thread batch([&] {
    done = play_on_cluster(folder.path(), "1", stop);
    ended = true;
  });
  const auto end_batch = [&] {
    stop = true;
    batch.join();
  };
  std::vector<std::string> before;
  int lost = 0;
  try {
    wait_until([&] { return collected(folder.path()).size() >= 3 || ended; });
    before = collected(folder.path());
    lost = cluster.lose_node("n2");
  } catch (...) {
    end_batch();
    throw;
  }
  batch.join();
  REQUIRE(done->ok());
  CHECK(lost > 0);  // it had work
  CHECK(done->value().audited == cases_on_cluster().size());
  CHECK(table_of((folder / "db").string()) == table_without_cluster(folder));
  const auto begun = audits_begun(folder / "tally");
  for (const auto& id : before)
    if (begun.count(id) > 0) CHECK(begun.at(id) == 1);
  // The node's cores had two cases under way at most.
  int again = 0;
  for (const auto& [id, n] : begun) again += n - 1;
  CHECK(again <= 2);
  CHECK_FALSE(fs::exists(folder / "out/slurm"));
}

TEST_CASE("slurm: the array outlives a killed batch and is watched on, Ctrl-C cancels it", "[heavy]") {
  NEEDS_CLUSTER();
  SlurmCluster cluster;
  const TemporaryFolder folder;
  setenv("SEEDAUDIT_TEST_SUBMIT", folder.path().c_str(), 1);
  const std::string self = this_program();
  const char* arguments[] = {self.c_str(), "slurm batch", "-o", "/dev/null", nullptr};
  pid_t pid = 0;
  REQUIRE(posix_spawn(&pid, self.c_str(), nullptr, nullptr, const_cast<char**>(arguments), environ) == 0);
  wait_until([&] { return !collected(folder.path()).empty(); });
  kill(pid, SIGKILL);
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  const fs::path array = only_array(folder.path());
  REQUIRE_FALSE(array.empty());
  std::atomic<bool> stop{false};
  const auto done = play_on_cluster(folder.path(), "1", stop);
  REQUIRE(done.ok());
  CHECK(table_of((folder / "db").string()) == table_without_cluster(folder));
  // One begin each: had a second array been submitted, what ran in the first would have begun twice.
  for (const auto& [id, n] : audits_begun(folder / "tally")) {
    INFO(id);
    CHECK(n == 1);
  }

  const TemporaryFolder other;
  std::thread stopper([&] {
    for (int i = 0; i < 1200 && !fs::exists(other / "tally"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  const auto stopped = play_on_cluster(other.path(), "30", stop);
  stopper.join();
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().hint.find("--resume") != std::string::npos);
  wait_until([&] { return cluster.queue().empty(); });
}

TEST_CASE("slurm: batch --engine slurm writes the tables of the local engine, what Slurm refuses is told", "[heavy]") {
  NEEDS_CLUSTER();
  SlurmCluster cluster;
  const TemporaryFolder folder;
  DiskCaseOptions no_seeds;  // its audit has a report after a second
  no_seeds.with_seeds = false;
  write_case(folder / "archive" / "one (1)", no_seeds);
  DiskCaseOptions mixed;
  mixed.plan_patient_id = "PAT-OTHER";
  write_case(folder / "archive" / "two", mixed);
  fs::create_directories(folder / "archive" / "empty");
  const auto batch = [&](const std::string& out, const std::string& more) {
    return run_program("batch " + quoted(folder / "archive") + " -o " + quoted(folder / out) + " --no-progress " + more);
  };
  const CommandResult refused = batch("slurm", "--engine slurm --slurm-options '-p nowhere'");
  CHECK(refused.status == 4);
  CHECK(refused.err.find("invalid partition") != std::string::npos);
  CHECK(batch("slurm", "--slurm-options -pnowhere").status == 2);  // without the engine it would do nothing

  const CommandResult there = batch("slurm", "--engine slurm --slurm-options '-p audit --mem=500M' --cases-per-task 2 --jobs 1");
  INFO(there.err);
  REQUIRE(there.status == 0);
  CHECK(there.out.find("3 audited now") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "slurm" / "slurm"));
  fs::create_directories(folder / "local");
  fs::copy(folder / "slurm" / "private", folder / "local" / "private");  // the key: the same names of cases
  REQUIRE(batch("local", "").status == 0);
  CHECK(table_without_times(folder / "slurm/seedaudit.db") == table_without_times(folder / "local/seedaudit.db"));
  for (fs::directory_iterator it(folder / "local/logs"), end; it != end; ++it)
    CHECK(content_of(it->path()) == content_of(folder / "slurm/logs" / it->path().filename().string()));
  CHECK(batch("slurm", "--engine slurm --resume").out.find("0 audited now, 3 kept") != std::string::npos);
}

TEST_CASE("slurm: two nodes into a real PostgreSQL, which goes away in the middle and comes back", "[heavy]") {
  NEEDS_CLUSTER();
  if (const std::string obstacle = PostgresServer::obstacle(); !obstacle.empty()) FAIL(obstacle);
  SlurmCluster cluster;
  PostgresServer server;
  const TemporaryFolder folder;
  std::atomic<bool> stop{false}, ended{false};
  std::optional<Result<BatchOutcome>> stopped;
  std::thread batch([&] {
    stopped = play_on_cluster(folder.path(), "1", stop, server.url());
    ended = true;
  });
  for (int i = 0; i < 1200 && !ended && collected(folder.path()).size() < 3; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server.stop();
  batch.join();
  server.start();
  REQUIRE_FALSE(stopped->ok());
  CHECK(stopped->error().code == ErrorCode::store_unavailable);
  wait_until([&] { return cluster.queue().empty(); });  // nothing works on for a table that nobody writes
  stop = false;
  const auto done = play_on_cluster(folder.path(), "0", stop, server.url());
  REQUIRE(done.ok());
  CHECK(done->kept >= 2);  // committed before the crash; the third may be the one that could not be
  CHECK(table_of(server.url()) == table_without_cluster(folder));
}
