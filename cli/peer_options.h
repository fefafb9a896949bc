// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

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

}  // namespace seedaudit
