// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/support/temporary_folder.h"

namespace seedaudit::test {

/// A PostgreSQL server of its own on a free port of loopback, in a temporary folder; stopped with its owner.
class PostgresServer {
 public:
  /// Why there can be none here; empty: there can.
  static std::string obstacle();

  PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() { stop(); }

  void start();
  /// At once and without a goodbye, as a crash: what was committed has to come back from the server's journal.
  void stop();
  std::string url() const;

 private:
  TemporaryFolder folder_;
  int port_;
  std::string as_;  ///< the server refuses to run as root
};

}  // namespace seedaudit::test
