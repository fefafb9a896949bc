// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "network/storage_association.h"

namespace seedaudit {

struct ListenerLimits {
  int associations = 16;       ///< at a time; further callers wait in the queue of the system
  long long object_mb = 2048;  ///< size of one object
};

/// What happened since the last look.
struct ListenerNews {
  std::vector<std::string> patients;  ///< patient folders that got an object, in order, once each
  std::vector<Error> troubles;        ///< refused callers and broken associations
};

/// Listens and gives each association a process of its own, so that a broken or hostile object ends that process alone. The caller must
/// have one thread. Without allowed peers it listens on the loopback interface alone.
class StorageListener {
 public:
  /// Errors: invalid_option (title), peer_failed (port in use or forbidden).
  static Result<StorageListener> open(int port, const StorageOptions& options, const ObjectStore& store, const ListenerLimits& limits);
  StorageListener(StorageListener&& other) noexcept;
  StorageListener& operator=(StorageListener&&) = delete;
  StorageListener(const StorageListener&) = delete;
  StorageListener& operator=(const StorageListener&) = delete;
  ~StorageListener();

  int port() const { return port_; }
  /// Accepts, and gathers what the associations report; waits at most so long for something to happen.
  ListenerNews step(int wait_ms);
  /// Takes no more callers; those being served have so long to end, then they are ended. Nothing acknowledged is lost.
  ListenerNews finish(int seconds);

 private:
  StorageListener(StorageOptions options, ObjectStore store, ListenerLimits limits);
  void accept_one(ListenerNews& news);
  [[noreturn]] void serve(int connection, const std::string& address);
  void gather(ListenerNews& news);

  StorageOptions options_;
  ObjectStore store_;
  ListenerLimits limits_;
  int socket_ = -1;
  int port_ = 0;
  int reader_ = -1, writer_ = -1;  ///< pipe of lines from the associations
  std::string unread_;
  std::map<pid_t, std::string> serving_;  ///< process and address
};

}  // namespace seedaudit
