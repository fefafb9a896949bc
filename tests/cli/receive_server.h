// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/case_on_disk.h"

/// `seedaudit receive` as a server of one test, and what is sent to it.
namespace seedaudit::test {

/// Ended with its owner.
class ReceiveServer {
 public:
  /// Waits until it listens. \param more options \param port 0: one that the system chooses
  ReceiveServer(const std::filesystem::path& out, const std::string& more, int port = 0);
  ReceiveServer(const ReceiveServer&) = delete;
  ReceiveServer& operator=(const ReceiveServer&) = delete;
  ~ReceiveServer();

  /// \return exit status, or 128 + signal
  int end(int signal);
  std::string peer(const std::string& title = "SEEDAUDIT") const { return title + "@127.0.0.1:" + port_; }
  std::string log() const { return content_of(log_); }

 private:
  std::filesystem::path log_;
  pid_t process_ = 0;
  std::string port_;
};

/// Three plans of one patient, PAT-<patient>, in one study; the instances of different patients differ.
void write_study(const std::filesystem::path& folder, int patient);
/// Study Instance UID of write_study.
std::string study_uid_of(int patient);

/// Files that a server with this folder has kept.
std::vector<std::filesystem::path> kept(const std::filesystem::path& out);
/// Every plan of write_study names its patient in its label: it must lie with that patient's, in a folder no other patient has.
/// \return number of patients
std::size_t check_unmixed(const std::vector<std::filesystem::path>& files);

/// Arguments of `push`.
std::string push(const std::filesystem::path& what, const std::string& peer, const std::string& more = "");

}  // namespace seedaudit::test
