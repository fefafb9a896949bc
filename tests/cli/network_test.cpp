// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// `receive` and `push` against each other over loopback: nothing acknowledged is lost, nothing is mixed, nobody else gets in.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/cli/case_on_disk.h"
#include "tests/pipeline/small_case.h"
#include "tests/support/paths.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

bool says(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

/// A server of this test alone, on a port the system chose.
class Server {
 public:
  Server(const fs::path& out, const std::string& more) : log_(out.string() + ".log") {
    const std::string command =
        "exec " + quoted(program()) + " receive --port 0 --aet SEEDAUDIT -o " + quoted(out) + " " + more + " >" + quoted(log_) + " 2>&1";
    process_ = ::fork();
    if (process_ == 0) {
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 1000 && port_.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      const std::string text = content_of(log_);
      const auto at = text.find("port ");
      if (at != std::string::npos && text.find('\n', at) != std::string::npos) port_ = text.substr(at + 5, text.find('\n', at) - at - 5);
    }
    INFO(content_of(log_));
    REQUIRE_FALSE(port_.empty());
  }
  ~Server() {
    if (process_ > 0) end(SIGKILL);
  }
  /// \return exit status, or 128 + signal
  int end(int signal) {
    int raw = 0;
    ::kill(process_, signal);
    ::waitpid(process_, &raw, 0);
    process_ = 0;
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }
  std::string peer(const std::string& title = "SEEDAUDIT") const { return title + "@127.0.0.1:" + port_; }
  std::string log() const { return content_of(log_); }

 private:
  fs::path log_;
  pid_t process_ = 0;
  std::string port_;
};

/// Three plans of one patient in one study; the instances of different patients differ.
void write_study(const fs::path& folder, int patient) {
  SmallCaseOptions small;
  small.size = 24;
  small.slices = 12;
  ImplantCase c = small_case(small);
  for (int k = 0; k < 3; ++k) {
    DicomHeader header;
    header.patient.id = "PAT-" + std::to_string(patient);
    header.patient.name = "Name^" + std::to_string(patient);
    header.study_date = DateTime{*parse_date("2026-03-02"), std::chrono::seconds{36000}};
    header.study_instance_uid = stable_uid({"network test", std::to_string(patient)});
    c.plan->label = "PLAN " + std::to_string(patient) + " " + std::to_string(k);
    fs::create_directories(folder);
    REQUIRE(write_plan(*c.plan, header, folder / (std::to_string(patient) + "-" + std::to_string(k) + ".dcm"), {}).ok());
  }
}

std::vector<fs::path> kept(const fs::path& out) {
  std::vector<fs::path> files;
  for (const auto& e : fs::recursive_directory_iterator(out / "received"))
    if (e.is_regular_file()) files.push_back(e.path());
  return files;
}

std::string push(const fs::path& what, const std::string& peer, const std::string& more = "") {
  return "push " + quoted(what) + " --peer " + peer + " --no-progress " + more;
}

}  // namespace

TEST_CASE("receive: fifty studies sent at once by four senders, none lost, none mixed, SIGTERM ends it cleanly") {
  const TemporaryFolder folder;
  for (int p = 0; p < 50; ++p) write_study(folder / ("from" + std::to_string(p % 4)), p);
  Server server(folder / "in", "--no-audit");
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
  std::set<std::string> patients;
  for (const auto& f : files) {
    // Every plan names its patient in its label: it must lie with that patient's, in a folder no other patient has.
    const std::string bytes = content_of(f);
    const auto at = bytes.find("PAT-");
    REQUIRE(at != std::string::npos);
    std::string id = bytes.substr(at + 4, 2);
    if (id.back() < '0' || id.back() > '9') id.pop_back();
    CHECK(says(bytes, "PLAN " + id + " "));
    CHECK(f.parent_path().filename() == stable_uid({"network test", id}));
    patients.insert(f.parent_path().parent_path().filename().string());
  }
  CHECK(patients.size() == 50);
  CHECK(fs::is_empty(folder / "in" / "incoming"));
  CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE("receive: killed in the middle and started again, nothing acknowledged is lost", "[heavy]") {
  const TemporaryFolder folder;
  for (int p = 0; p < 40; ++p) write_study(folder / "from", p);
  CommandResult first;
  {
    Server server(folder / "in", "--no-audit");
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
  Server again(folder / "in", "--no-audit");
  CHECK(fs::is_empty(folder / "in" / "incoming"));
  CHECK(run_program(push(folder / "from", again.peer())).status == 0);  // what is there already is acknowledged as the same
  CHECK(kept(folder / "in").size() == 120);
}

TEST_CASE("receive: only allowed titles and addresses get in, and a second server in its folder does not start") {
  const TemporaryFolder folder;
  write_study(folder / "from", 1);
  Server server(folder / "in", "--no-audit --allow GOOD@127.0.0.1");
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

  Server elsewhere(folder / "other", "--no-audit --allow GOOD@127.0.0.2");
  CHECK(run_program(push(folder / "from", elsewhere.peer(), "--aet GOOD")).status == 4);
  CHECK(kept(folder / "other").empty());
}

TEST_CASE("receive and push speak TLS, and refuse a certificate of another authority and a caller without TLS") {
  const TemporaryFolder folder;
  write_study(folder / "from", 1);
  const auto in = [&](const std::string& name) { return quoted(folder / name); };
  for (const std::string ca : {"ca", "other"}) {
    const std::string make = "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=" + ca + " -keyout " + in(ca + ".key") +
                             " -out " + in(ca + ".pem") + " 2>/dev/null && openssl req -newkey rsa:2048 -nodes -subj /CN=host-" + ca +
                             " -keyout " + in(ca + "-host.key") + " -out " + in(ca + ".csr") +
                             " 2>/dev/null && openssl x509 -req -days 30 -in " + in(ca + ".csr") + " -CA " + in(ca + ".pem") + " -CAkey " +
                             in(ca + ".key") + " -CAcreateserial -out " + in(ca + "-host.pem") + " 2>/dev/null";
    REQUIRE(std::system(make.c_str()) == 0);
  }
  const auto keys = [&](const std::string& own, const std::string& ca) {
    return "--tls-key " + in(own + "-host.key") + " --tls-cert " + in(own + "-host.pem") + " --tls-ca " + in(ca + ".pem");
  };
  Server server(folder / "in", "--no-audit --idle-seconds 5 " + keys("ca", "ca"));
  CHECK(run_program(push(folder / "from", server.peer(), keys("other", "ca"))).status == 4);  // the server refuses the caller
  CHECK(run_program(push(folder / "from", server.peer(), keys("ca", "other"))).status == 4);  // the caller refuses the server
  CHECK(run_program(push(folder / "from", server.peer(), "--tls-ca " + in("ca.pem"))).status == 2);
  CHECK(run_program(push(folder / "from", server.peer())).status == 4);
  CHECK(kept(folder / "in").empty());
  const CommandResult good = run_program(push(folder / "from", server.peer(), keys("ca", "ca")));
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
  Server server(folder / "in", "--quiet-seconds 1");
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
