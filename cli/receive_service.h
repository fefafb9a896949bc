// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"
#include "network/peer.h"
#include "network/storage_listener.h"

namespace seedaudit {

struct ReceiveSettings {
  int port = 0;
  std::string output;
  StorageOptions storage;
  ListenerLimits limits;
  TlsFiles tls;         ///< for sending the results, too
  std::string send_to;  ///< AET@HOST:PORT, or empty
  int quiet_seconds = 300;
  bool no_audit = false;
};

/// Receives until SIGTERM or SIGINT. One audit at a time runs as a child process (`run`), then one sending (`push`). What was received and
/// not audited, or audited and not sent, is found again at the next start. Two servers on one folder are refused.
/// Errors: output_unwritable, peer_failed, invalid_option.
Status serve_until_stopped(const ReceiveSettings& settings);

}  // namespace seedaudit
