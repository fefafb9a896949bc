// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/shell.h"
#include "core/result.h"
#include "network/peer.h"

namespace CLI {
class App;
}

namespace seedaudit {

/// What the network commands share.
struct PeerOptions {
  std::string ae_title = "SEEDAUDIT";
  std::string tls_key, tls_certificate, tls_authority;

  /// --tls-key, --tls-cert, --tls-ca.
  void add_tls_to(CLI::App& command);
  /// --aet, the title this program calls itself.
  void add_title_to(CLI::App& command);
  TlsFiles tls() const { return {tls_key, tls_certificate, tls_authority}; }
};

/// What the commands share that call a peer.
struct CallOptions {
  PeerOptions own;
  std::string peer;
  ShellOptions shell;

  /// --peer, --aet, TLS, and the options of every long command. \param whom for --help: "the archive"
  void add_to(CLI::App& command, const std::string& whom);
  /// Applies the shell's options. \return whom to call. Errors: invalid_option.
  Result<Peer> begin() const;
};

}  // namespace seedaudit
