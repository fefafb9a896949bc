// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The store on a real PostgreSQL, started here on a free port of loopback and stopped again.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "pipeline/store.h"
#include "tests/cli/case_on_disk.h"
#include "tests/support/free_ports.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

class Server {
 public:
  Server() : port_(free_ports(1).front()) {
    const std::string data = (folder_ / "data").string();
    fs::permissions(folder_.path(), fs::perms::all);
    // The server refuses to run as root.
    if (geteuid() == 0) as_ = "runuser -u postgres -- ";
    REQUIRE(shell(as_ + kPrograms + "initdb -D " + data + " -A trust -U postgres --no-sync"));
    start();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(); }

  void start() {
    REQUIRE(shell(as_ + kPrograms + "pg_ctl -D " + (folder_ / "data").string() + " -w -l " + (folder_ / "log").string() + " -o \"-p " +
                  std::to_string(port_) + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder_.path().string() +
                  " -c fsync=off\" start"));
  }
  void stop() { shell(as_ + kPrograms + "pg_ctl -D " + (folder_ / "data").string() + " -m immediate -w stop"); }
  std::string url() const { return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres"; }

 private:
  static bool shell(const std::string& command) { return std::system(("cd / && " + command + " >/dev/null 2>&1 </dev/null").c_str()) == 0; }
  TemporaryFolder folder_;
  int port_;
  std::string as_;
};

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
  if (!fs::exists(std::string(kPrograms) + "initdb")) FAIL("postgresql-15 is not installed: scripts/install-dependencies --services");
  Server server;
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
  if (!fs::exists(std::string(kPrograms) + "initdb")) FAIL("postgresql-15 is not installed: scripts/install-dependencies --services");
  Server server;
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
