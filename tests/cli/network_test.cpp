// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// `receive` and `push` against each other over loopback: nothing acknowledged is lost, nothing is mixed, nobody else gets in.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <thread>

#include "tests/cli/receive_server.h"
#include "tests/cli/tls_certificates.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("receive: fifty studies sent at once by four senders, none lost, none mixed, SIGTERM ends it cleanly") {
  const TemporaryFolder folder;
  for (int p = 0; p < 50; ++p) write_study(folder / ("from" + std::to_string(p % 4)), p);
  ReceiveServer server(folder / "in", "--no-audit");
  CommandResult results[4];
  std::vector<std::thread> senders;
  for (int s = 0; s < 4; ++s)
    senders.emplace_back([&, s] { results[s] = run_program(push(folder / ("from" + std::to_string(s)), server.peer())); });
  for (auto& t : senders) t.join();
  for (const auto& r : results) {
    INFO(r.err);
    CHECK(r.status == 0);
  }
  const auto files = kept(folder / "in");
  CHECK(files.size() == 150);
  CHECK(check_unmixed(files) == 50);
  CHECK(fs::is_empty(folder / "in" / "incoming"));
  CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("receive: killed in the middle and started again, nothing acknowledged is lost", "[heavy]") {
  const TemporaryFolder folder;
  for (int p = 0; p < 40; ++p) write_study(folder / "from", p);
  CommandResult first;
  {
    ReceiveServer server(folder / "in", "--no-audit");
    std::thread sender([&] { first = run_program(push(folder / "from", server.peer())); });
    for (int i = 0; i < 2000 && kept(folder / "in").size() < 20; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    CHECK(server.end(SIGKILL) == 128 + SIGKILL);
    sender.join();
  }
  // The line "N of 120 objects sent" counts what was acknowledged.
  const int acknowledged = std::stoi(first.out);
  INFO(first.err);
  CHECK(first.status == 4);
  CHECK(acknowledged >= 19);
  CHECK(acknowledged < 120);
  CHECK(static_cast<int>(kept(folder / "in").size()) >= acknowledged);
  ReceiveServer again(folder / "in", "--no-audit");
  CHECK(fs::is_empty(folder / "in" / "incoming"));
  CHECK(run_program(push(folder / "from", again.peer())).status == 0);  // what is there already is acknowledged as the same
  CHECK(kept(folder / "in").size() == 120);
}

TEST_CASE("receive: only allowed titles and addresses get in, and a second server in its folder does not start") {
  const TemporaryFolder folder;
  write_study(folder / "from", 1);
  ReceiveServer server(folder / "in", "--no-audit --allow GOOD@127.0.0.1");
  CHECK(run_program(push(folder / "from", server.peer(), "--aet BAD")).status == 4);
  CHECK(run_program(push(folder / "from", server.peer("OTHER"), "--aet GOOD")).status == 4);
  CHECK(kept(folder / "in").empty());
  CHECK(run_program("receive --port 0 --aet A -o " + quoted(folder / "in")).status == 5);
  CHECK(run_program(push(folder / "from", server.peer(), "--aet GOOD")).status == 0);
  CHECK(kept(folder / "in").size() == 3);
  // One identifier for two objects: the first stays, the sender is told.
  std::string bytes = content_of(folder / "from" / "1-0.dcm");
  bytes.replace(bytes.find("PLAN 1 0"), 8, "PLAN 1 X");
  std::ofstream(folder / "forged.dcm", std::ios::binary) << bytes;
  const CommandResult forged = run_program(push(folder / "forged.dcm", server.peer(), "--aet GOOD"));
  CHECK(forged.status == 4);
  CHECK(says(forged.err, "0111"));

  ReceiveServer elsewhere(folder / "other", "--no-audit --allow GOOD@127.0.0.2");
  CHECK(run_program(push(folder / "from", elsewhere.peer(), "--aet GOOD")).status == 4);
  CHECK(kept(folder / "other").empty());
}

TEST_CASE("receive and push speak TLS, and refuse a certificate of another authority and a caller without TLS") {
  const TemporaryFolder folder;
  write_study(folder / "from", 1);
  const TlsCertificates ours(folder.path(), "ca"), other(folder.path(), "other");
  ReceiveServer server(folder / "in", "--no-audit --idle-seconds 5 " + ours.options());
  CHECK(run_program(push(folder / "from", server.peer(), other.options(ours))).status == 4);  // the server refuses the caller
  CHECK(run_program(push(folder / "from", server.peer(), ours.options(other))).status == 4);  // the caller refuses the server
  CHECK(run_program(push(folder / "from", server.peer(), "--tls-ca " + quoted(ours.authority()))).status == 2);
  CHECK(run_program(push(folder / "from", server.peer())).status == 4);
  CHECK(kept(folder / "in").empty());
  const CommandResult good = run_program(push(folder / "from", server.peer(), ours.options()));
  INFO(good.err);
  CHECK(good.status == 0);
  CHECK(kept(folder / "in").size() == 3);
}

TEST_CASE("receive: a quiet patient is audited by the program itself, and again after a restart only where something came", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const auto state = [&]() -> std::string {
    for (const auto& e : fs::directory_iterator(folder / "in" / "state"))
      if (e.path().extension() == ".json") return content_of(e.path());
    return "";
  };
  ReceiveServer server(folder / "in", "--quiet-seconds 1");
  const CommandResult sent = run_program(push(folder / "case", server.peer()));
  INFO(sent.err);
  REQUIRE(sent.status == 0);
  for (int i = 0; i < 1200 && state().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  INFO(server.log());
  CHECK(says(state(), "\"audit_exit\": 0"));
  int reports = 0;
  for (const auto& e : fs::directory_iterator(folder / "in" / "audits")) reports += fs::exists(e.path() / "report.json") ? 1 : 0;
  CHECK(reports == 1);
  CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("push: a peer that is not there, and a file that is no DICOM, are told") {
  const TemporaryFolder folder;
  write_study(folder / "from", 1);
  const CommandResult none = run_program(push(folder / "from", "NOBODY@127.0.0.1:1"));
  CHECK(none.status == 4);
  CHECK(says(none.err, "NOBODY@127.0.0.1:1"));
  CHECK(run_program(push(folder / "from", "NOBODY@127.0.0.1")).status == 2);
  std::ofstream(folder / "text.txt") << "no DICOM";
  CHECK(run_program(push(folder / "text.txt", "NOBODY@127.0.0.1:1")).status == 3);
}
