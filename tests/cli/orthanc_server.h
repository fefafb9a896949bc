// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "tests/cli/tls_certificates.h"
#include "tests/support/temporary_folder.h"

namespace seedaudit::test {

/// A real archive on this machine: Orthanc with title ORTHANC on a free port of its own, its store in a temporary folder, no web page.
/// Ended with its owner.
class OrthancServer {
 public:
  /// Why there can be none here; empty: there can.
  static std::string obstacle();

  /// \param known titles that it sends to when asked (C-MOVE), and their ports on this machine
  /// \param tls not null: it speaks TLS alone, shows this certificate and asks every peer for one of the same authority
  explicit OrthancServer(const std::map<std::string, int>& known, const TlsCertificates* tls = nullptr);
  OrthancServer(const OrthancServer&) = delete;
  OrthancServer& operator=(const OrthancServer&) = delete;
  ~OrthancServer();

  std::string peer() const { return "ORTHANC@127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::string log() const { return content_of(folder_ / "log"); }

 private:
  TemporaryFolder folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace seedaudit::test
