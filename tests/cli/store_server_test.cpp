// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The store on a real PostgreSQL, started here on a free port of loopback and stopped again.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"
#include "tests/cli/postgres_server.h"
#include "tests/pipeline/batch_world.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

#define NEEDS_SERVER() \
  if (const std::string obstacle = PostgresServer::obstacle(); !obstacle.empty()) FAIL(obstacle)

namespace {

CaseRow sample_row(const std::string& id) {
  CaseRow row;
  row.case_id = id;
  row.patient = "O'Neill";
  row.status = "ok";
  row.reason = "\xE8\x82\x9D";
  row.rx_gy = 120.0;
  row.d90_after_gy = 0.1 + 0.2;
  row.seeds_found = 20;
  return row;
}

}  // namespace

TEST_CASE("store: PostgreSQL gives back what SQLite gives back, and a server that goes away is told and comes back") {
  NEEDS_SERVER();
  PostgresServer server;
  const TemporaryFolder folder;
  for (const std::string& url : {server.url(), (folder / "db").string()}) {
    INFO(url);
    auto store = Store::open(url);
    REQUIRE(store.ok());
    REQUIRE(store->claim("one").ok());
    CHECK(store->claim("one").ok());
    CHECK(store->claim("two").error().code == ErrorCode::invalid_option);
    REQUIRE(store->put(sample_row("b"), "{\"r\": \"\xE8\x82\x9D\"}").ok());
    REQUIRE(store->put(sample_row("B"), "").ok());
    REQUIRE(store->put(sample_row("a"), "{}").ok());
    REQUIRE(store->put(sample_row("a"), "{\"second\": 1}").ok());
    auto second = Store::open(url);  // an own connection; migrates nothing twice
    REQUIRE(second.ok());
    const auto rows = second->rows();
    REQUIRE(rows.ok());
    REQUIRE(rows->size() == 3);
    CHECK(rows->at(0).case_id == "B");  // byte order, whatever the server's language
    CHECK(rows->at(1).d90_after_gy == sample_row("a").d90_after_gy);
    CHECK(rows->at(1).seeds_found == 20);
    CHECK_FALSE(rows->at(1).seeds_planned.has_value());
    CHECK(rows->at(1).patient == "O'Neill");
    CHECK(rows->at(1).reason == "\xE8\x82\x9D");
    std::string json;
    REQUIRE(second
                ->for_each_report([&](const CaseRow& r, std::string_view text) {
                  json += r.case_id + std::string(text);
                  return ok_status();
                })
                .ok());
    CHECK(json == "a{\"second\": 1}b{\"r\": \"\xE8\x82\x9D\"}");
  }
  auto store = Store::open(server.url());
  REQUIRE(store.ok());
  server.stop();
  const Status gone = store->put(sample_row("c"), "{}");
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().code == ErrorCode::store_unavailable);
  server.start();
  auto back = Store::open(server.url());
  REQUIRE(back.ok());
  CHECK(back->rows()->size() == 3);
}

TEST_CASE("batch: a whole batch into PostgreSQL has the rows of one into SQLite") {
  NEEDS_SERVER();
  PostgresServer server;
  const TemporaryFolder folder;
  fs::create_directories(folder / "archive" / "empty");
  const CommandResult r =
      run_program("batch " + quoted(folder / "archive") + " -o " + quoted(folder / "out") + " --no-progress --db " + server.url());
  INFO(r.err);
  REQUIRE(r.status == 0);
  auto store = Store::open_existing(server.url());
  REQUIRE(store.ok());
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().status == "refused");
  CHECK_FALSE(fs::exists(folder / "out" / "seedaudit.db"));
}

TEST_CASE("batch: a PostgreSQL server that crashes in the middle stops it with a clear word, and resumed the tables are whole", "[heavy]") {
  NEEDS_SERVER();
  PostgresServer server;
  const TemporaryFolder folder;
  const auto cases = played_cases(12);
  REQUIRE(play(folder / "whole", (folder / "whole.db").string(), cases, played_options(), played_seams("0")).ok());
  BatchOptions options = played_options();
  options.resume = true;
  std::optional<Result<BatchOutcome>> stopped;
  std::atomic<bool> ended{false};
  std::thread batch([&] {
    stopped = play(folder / "out", server.url(), cases, options, played_seams("0.3"));
    ended = true;
  });
  const auto rows = [&] {
    auto store = Store::open_existing(server.url());
    const auto all = store ? store->rows() : Result<std::vector<CaseRow>>(store.error());
    return all ? all->size() : 0;
  };
  // A bound against hanging for ever, not a measure: 12 cases of 0.3 s, three at once, end after 1.2 s at the earliest.
  for (int i = 0; i < 600 && !ended && rows() < 5; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  server.stop();
  batch.join();
  server.start();
  REQUIRE_FALSE(stopped->ok());
  CHECK(stopped->error().code == ErrorCode::store_unavailable);
  CHECK(stopped->error().hint.find("--resume") != std::string::npos);
  const std::size_t kept = rows();
  CHECK(kept >= 5);
  CHECK(kept < cases.size());
  const auto done = play(folder / "out", server.url(), cases, options, played_seams("0"));
  REQUIRE(done.ok());
  CHECK(done->kept == kept);
  CHECK(table_of(server.url()) == table_of((folder / "whole.db").string()));
}
