// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/array_task.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/pipeline/batch_world.h"
#include "tests/support/temporary_folder.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

constexpr const char* kKey = "abc123";

ArrayFolder array_of(const TemporaryFolder& folder, const std::vector<std::string>& ids) {
  auto array = ArrayFolder::make(folder / "slurm");
  REQUIRE(array.ok());
  std::vector<ArrayCase> chunk;
  for (const auto& id : ids) chunk.push_back({id, kKey});
  REQUIRE(array->write_chunks({chunk}).ok());
  return *array;
}

Status run_task(const ArrayFolder& array, const TemporaryFolder& folder, const std::atomic<bool>& stop, const std::string& delay_s = "0") {
  const BatchSeams seams = played_seams(delay_s, folder / "tally");
  const ArrayCommand command = [&](const std::string& id, const fs::path& attempt) { return seams.command(played_case(id), attempt); };
  return run_array_task(array, 1, {std::chrono::seconds(60), 0}, command, stop);
}

}  // namespace

TEST_CASE("array task: run twice it audits each case once, and what ended is read back as it was") {
  const TemporaryFolder folder;
  const ArrayFolder array = array_of(folder, {"case-100", "case-crash", "case-101"});
  const std::atomic<bool> stop{false};
  REQUIRE(run_task(array, folder, stop).ok());
  REQUIRE(run_task(array, folder, stop).ok());
  CHECK(content_of(folder / "tally") == "case-100\ncase-101\n");  // the crash comes before its line
  CHECK(array.done() == std::vector<std::string>{"case-100", "case-101", "case-crash"});
  const auto crash = array.read({"case-crash", kKey});
  REQUIRE(crash.ok());
  CHECK(crash->outcome->end == ChildEnd::signalled);
  CHECK(crash->outcome->signal == 11);
  const auto whole = array.read({"case-100", kKey});
  REQUIRE(whole.ok());
  CHECK(content_of(whole->folder / "out/report.json") == "{report of case-100}\n");
  CHECK(fs::is_empty(array.path() / "work"));
  SECTION("a case that was collected is not audited again either") {
    REQUIRE(array.mark_collected("case-100").ok());
    array.drop("case-100");
    REQUIRE(run_task(array, folder, stop).ok());
    CHECK(content_of(folder / "tally") == "case-100\ncase-101\n");
  }
  SECTION("an audit that was put in its place before a kill is had back, another one is not") {
    fs::rename(whole->folder / "out", folder / "published");
    CHECK_FALSE(array.read({"case-100", kKey}).ok());
    array.recover("case-101", folder / "published");  // has its own
    array.recover("case-crash", folder / "published");
    CHECK(fs::exists(folder / "published"));
    array.recover("case-100", folder / "published");
    CHECK(array.read({"case-100", kKey}).ok());
    CHECK_FALSE(fs::exists(folder / "published"));
  }
  SECTION("other options, an altered report and half a note are no result") {
    CHECK(array.read({"case-100", "other"}).error().code == ErrorCode::bad_json);
    std::ofstream(whole->folder / "out/report.json") << "{}";
    CHECK(array.read({"case-100", kKey}).error().code == ErrorCode::bad_json);
    const fs::path note = array.path() / "done/case-101/ended";
    fs::resize_file(note, fs::file_size(note) - 8);
    CHECK(array.read({"case-101", kKey}).error().code == ErrorCode::bad_json);
  }
}

TEST_CASE("array task: what a lost task left half done is replaced, and the lost one cannot put its own into place") {
  const TemporaryFolder folder;
  const ArrayFolder array = array_of(folder, {"case-100"});
  REQUIRE(array.begin("case-100").ok());  // the lost task
  const auto half = array.attempt_folder("case-100");
  REQUIRE(half.ok());
  std::ofstream(*half / "log") << "half";
  const std::atomic<bool> stop{false};
  REQUIRE(run_task(array, folder, stop).ok());
  CHECK_FALSE(fs::exists(*half));
  CaseAttempt late;
  late.folder = *half;
  late.outcome = ChildOutcome{};
  late.outcome->end = ChildEnd::signalled;
  CHECK(array.put({"case-100", kKey}, late).ok());
  const auto kept = array.read({"case-100", kKey});
  REQUIRE(kept.ok());
  CHECK(kept->outcome->end == ChildEnd::exited);
}

TEST_CASE("array task: a case that took three tasks with it is not tried a fourth time, one that was given back is") {
  const TemporaryFolder folder;
  const ArrayFolder array = array_of(folder, {"case-100", "case-101"});
  for (int i = 0; i < 3; ++i) {
    REQUIRE(array.begin("case-100").ok());
    REQUIRE(array.begin("case-101").ok());
    array.give_back("case-101");
  }
  const std::atomic<bool> stop{false};
  REQUIRE(run_task(array, folder, stop).ok());
  CHECK(array.read({"case-100", kKey})->outcome->end == ChildEnd::lost);
  CHECK(array.read({"case-101", kKey})->outcome->end == ChildEnd::exited);
  CHECK(content_of(folder / "tally") == "case-101\n");
}

TEST_CASE("array task: told to stop, it gives the case under way back") {
  const TemporaryFolder folder;
  const ArrayFolder array = array_of(folder, {"case-100", "case-101"});
  std::atomic<bool> stop{false};
  std::thread stopper([&] {
    while (!fs::exists(folder / "tally")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop = true;
  });
  const Status ended = run_task(array, folder, stop, "60");
  stopper.join();
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().code == ErrorCode::scheduler_failed);
  CHECK(array.done().empty());
  CHECK(fs::is_empty(array.path() / "work"));
  CHECK(*array.begin("case-100") == 1);
}

TEST_CASE("attempt text: each end and each error comes back as it was") {
  CaseAttempt a;
  a.started_at = "2026-11-27T08:00:00Z";
  a.outcome = ChildOutcome{};
  a.outcome->peak_memory = 1'234'567'890'123U;
  a.outcome->elapsed = std::chrono::duration<double>(0.1 + 0.2);
  for (const ChildEnd end : {ChildEnd::exited, ChildEnd::signalled, ChildEnd::time_limit, ChildEnd::stopped, ChildEnd::lost}) {
    a.outcome->end = end;
    a.outcome->exit_status = 4;
    a.outcome->signal = 9;
    const auto back = parse_attempt(attempt_text(a));
    REQUIRE(back.ok());
    CHECK(back->started_at == a.started_at);
    CHECK(back->outcome->end == end);
    CHECK(back->outcome->exit_status == 4);
    CHECK(back->outcome->signal == 9);
    CHECK(back->outcome->peak_memory == a.outcome->peak_memory);
    CHECK(back->outcome->elapsed == a.outcome->elapsed);
  }
  a.outcome.reset();
  a.error = Error{ErrorCode::no_postop_ct, "two\nlines and a \\n", "", "Add one. "};
  const auto back = parse_attempt(attempt_text(a));
  REQUIRE(back.ok());
  CHECK(back->error->code == ErrorCode::no_postop_ct);
  CHECK(back->error->what == a.error->what);
  CHECK(back->error->where.empty());
  CHECK(back->error->hint == a.error->hint);
  CHECK(ends_batch(CaseAttempt{{}, {}, Error{ErrorCode::output_unwritable, "", "", ""}, ""}));
  CHECK_FALSE(parse_attempt("end exited\nwhole\n").ok());
  CHECK_FALSE(parse_attempt("").ok());
}
