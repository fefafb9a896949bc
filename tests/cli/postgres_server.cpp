// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/postgres_server.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/support/free_ports.h"

namespace seedaudit::test {
namespace fs = std::filesystem;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

bool shell(const std::string& command) { return std::system(("cd / && " + command + " >/dev/null 2>&1 </dev/null").c_str()) == 0; }

}  // namespace

std::string PostgresServer::obstacle() {
  return fs::exists(std::string(kPrograms) + "initdb") ? "" : "postgresql-15 is not installed: scripts/install-dependencies --services";
}

PostgresServer::PostgresServer() : port_(free_ports(1).front()) {
  fs::permissions(folder_.path(), fs::perms::all);
  if (geteuid() == 0) as_ = "runuser -u postgres -- ";
  REQUIRE(shell(as_ + kPrograms + "initdb -D " + (folder_ / "data").string() + " -A trust -U postgres --no-sync"));
  start();
}

void PostgresServer::start() {
  REQUIRE(shell(as_ + kPrograms + "pg_ctl -D " + (folder_ / "data").string() + " -w -l " + (folder_ / "log").string() + " -o \"-p " +
                std::to_string(port_) + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder_.path().string() +
                " -c fsync=off\" start"));
}

void PostgresServer::stop() { shell(as_ + kPrograms + "pg_ctl -D " + (folder_ / "data").string() + " -m immediate -w stop"); }

std::string PostgresServer::url() const { return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres"; }

}  // namespace seedaudit::test
