// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/postgres_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

namespace seedaudit::test {
namespace fs = std::filesystem;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

int free_port() {
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(s, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(s, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(s);
  return ntohs(address.sin_port);
}

bool shell(const std::string& command) { return std::system(("cd / && " + command + " >/dev/null 2>&1 </dev/null").c_str()) == 0; }

}  // namespace

std::string PostgresServer::obstacle() {
  return fs::exists(std::string(kPrograms) + "initdb") ? "" : "postgresql-15 is not installed: scripts/install-dependencies --services";
}

PostgresServer::PostgresServer() : port_(free_port()) {
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
