// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What needs no cluster; the engine on a real one: tests/cli/slurm_cluster_test.cpp.
#include "pipeline/slurm_engine.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "pipeline/slurm.h"
#include "tests/pipeline/batch_world.h"
#include "tests/support/temporary_folder.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

/// PATH with a folder in front, or nothing but it, for one test.
class PathOf {
 public:
  PathOf(const fs::path& folder, bool alone) {
    const std::string path = folder.string() + (alone ? "" : ":" + before_);
    setenv("PATH", path.c_str(), 1);
  }
  PathOf(const PathOf&) = delete;
  PathOf& operator=(const PathOf&) = delete;
  ~PathOf() { setenv("PATH", before_.c_str(), 1); }

 private:
  const std::string before_ = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
};

void write_program(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "#!/bin/sh\n" << text;
  fs::permissions(file, fs::perms::owner_all);
}

Result<BatchOutcome> play_slurm(const TemporaryFolder& folder, const std::vector<BatchCase>& cases) {
  SlurmOptions slurm;
  slurm.task_command = {"/bin/true"};
  slurm.settle = std::chrono::milliseconds(50);
  slurm.ask_first = std::chrono::milliseconds(50);
  const BatchOptions options = played_options();
  const std::function<Status(const fs::path&)> describe = [](const fs::path&) { return ok_status(); };
  const auto place = BatchFolder::open(folder / "out");
  if (!place) return place.error();
  auto store = Store::open((folder / "db").string());
  if (!store) return store.error();
  BatchSeams seams = played_seams("0");
  seams.engine = slurm_engine(folder / "out", slurm, *place, options, describe);
  std::atomic<bool> stop{false};
  return run_batch(cases, *place, *store, options, seams, {}, stop);
}

}  // namespace

TEST_CASE("slurm: states of an array's tasks") {
  const ArrayState some = parse_array_state("PENDING Resources\nRUNNING None\nCOMPLETING None\nCOMPLETED None\nFAILED NonZeroExitCode\n");
  CHECK(some.running == 2);
  CHECK(some.pending == 1);
  CHECK(some.reason == "Resources");
  CHECK_FALSE(some.hopeless());
  CHECK(parse_array_state("COMPLETED None\nNODE_FAIL None\nTIMEOUT TimeLimit\n").ended());
  CHECK(parse_array_state("").ended());
  CHECK_FALSE(parse_array_state("REQUEUED BeginTime\n").ended());
  CHECK_FALSE(parse_array_state("SOMETHING_NEW None\n").ended());  // what is not known to have ended has not
  CHECK(parse_array_state("PENDING PartitionTimeLimit\n").hopeless());
  CHECK(parse_array_state("PENDING launch failed requeued held\n").hopeless());
  CHECK_FALSE(parse_array_state("PENDING PartitionTimeLimit\nRUNNING None\n").hopeless());
}

TEST_CASE("slurm: without Slurm, or refused by it, the batch says so and leaves nothing behind") {
  const TemporaryFolder folder;
  const std::vector<BatchCase> cases{played_case("case-100")};
  SECTION("absent") {
    const PathOf path(folder / "nothing", true);
    const auto done = play_slurm(folder, cases);
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == ErrorCode::scheduler_failed);
    CHECK(done.error().what == "sbatch is not on the PATH");
  }
  SECTION("refused") {
    write_program(folder / "bin/sbatch", "echo 'sbatch: error: invalid partition specified: none' >&2; exit 1\n");
    const PathOf path(folder / "bin", false);
    const auto done = play_slurm(folder, cases);
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == ErrorCode::scheduler_failed);
    CHECK(done.error().what.find("invalid partition specified: none") != std::string::npos);
  }
  CHECK_FALSE(has_arrays(folder / "out"));
}

TEST_CASE("slurm: an array that ends without any result ends the batch, and a task's words are quoted") {
  const TemporaryFolder folder;
  write_program(
      folder / "bin/sbatch",
      "for a in \"$@\"; do case \"$a\" in --output=*) l=${a#--output=}; echo 'seedaudit: no such node disk.' >\"${l%\\%a.log}1.log\";; "
      "esac; done; echo 4711\n");
  write_program(folder / "bin/squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1\n");
  write_program(folder / "bin/scancel", "exit 0\n");
  const PathOf path(folder / "bin", false);
  const auto done = play_slurm(folder, {played_case("case-100")});
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code == ErrorCode::scheduler_failed);
  CHECK(done.error().what.find("array 4711 ended without a result") != std::string::npos);
  CHECK(done.error().what.find("no such node disk") != std::string::npos);
}

TEST_CASE("slurm: refused cases need no cluster") {
  const TemporaryFolder folder;
  const PathOf path(folder / "nothing", true);
  BatchCase refused = played_case("case-100");
  refused.refusal = Error{ErrorCode::no_postop_ct, "nothing can be the post-op CT", "", ""};
  const auto done = play_slurm(folder, {refused});
  REQUIRE(done.ok());
  CHECK(done->audited == 1);
  CHECK_FALSE(fs::exists(folder / "out/slurm"));
}

TEST_CASE("slurm: options are checked") {
  SlurmOptions o;
  CHECK_FALSE(o.check().ok());
  o.task_command = {"program"};
  CHECK(o.check().ok());
  o.cases_per_task = -1;
  CHECK(o.check().error().what.find("-1") != std::string::npos);
  o.cases_per_task = 0;
  o.sbatch_options = {"--wrap=x"};
  CHECK_FALSE(o.check().ok());
}
