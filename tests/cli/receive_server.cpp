// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/receive_server.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "tests/pipeline/small_case.h"
#include "tests/support/paths.h"
#include "tests/support/says.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

ReceiveServer::ReceiveServer(const fs::path& out, const std::string& more, int port) : log_(out.string() + ".log") {
  fs::remove(log_);  // of a server that was killed: it names a port
  const std::string command = "exec " + quoted(program()) + " receive --port " + std::to_string(port) + " --aet SEEDAUDIT -o " +
                              quoted(out) + " " + more + " >" + quoted(log_) + " 2>&1";
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

ReceiveServer::~ReceiveServer() {
  if (process_ > 0) end(SIGKILL);
}

int ReceiveServer::end(int signal) {
  int raw = 0;
  ::kill(process_, signal);
  ::waitpid(process_, &raw, 0);
  process_ = 0;
  return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

std::string study_uid_of(int patient) { return stable_uid({"network test", std::to_string(patient)}); }

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
    header.study_instance_uid = study_uid_of(patient);
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

std::size_t check_unmixed(const std::vector<fs::path>& files) {
  std::map<std::string, std::string> folder_of;  // patient -> folder
  for (const auto& f : files) {
    const std::string bytes = content_of(f);
    const auto at = bytes.find("PAT-");
    REQUIRE(at != std::string::npos);
    std::string id = bytes.substr(at + 4, 2);
    if (id.back() < '0' || id.back() > '9') id.pop_back();
    CHECK(says(bytes, "PLAN " + id + " "));
    CHECK(f.parent_path().filename() == study_uid_of(std::stoi(id)));
    const std::string patient = f.parent_path().parent_path().filename().string();
    CHECK(folder_of.emplace(id, patient).first->second == patient);
  }
  std::set<std::string> patients;
  for (const auto& [id, patient] : folder_of) patients.insert(patient);
  CHECK(patients.size() == folder_of.size());
  return folder_of.size();
}

std::string push(const fs::path& what, const std::string& peer, const std::string& more) {
  return "push " + quoted(what) + " --peer " + peer + " --no-progress " + more;
}

}  // namespace seedaudit::test
