// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/peer_options.h"

#include <CLI/CLI.hpp>

namespace seedaudit {

void PeerOptions::add_tls_to(CLI::App& command) {
  command.add_option("--tls-key", tls_key, "Private key (PEM): speak TLS alone; with --tls-cert and --tls-ca")->check(not_empty);
  command.add_option("--tls-cert", tls_certificate, "Certificate of this side (PEM)")->check(not_empty);
  command.add_option("--tls-ca", tls_authority, "Certificate of the authority that signed the other side's (PEM)")->check(not_empty);
}

void PeerOptions::add_title_to(CLI::App& command) {
  command.add_option("--aet", ae_title, "AE title of this program")->capture_default_str();
}

void CallOptions::add_to(CLI::App& command, const std::string& whom) {
  command.add_option("--peer", peer, "AET@HOST:PORT of " + whom)->required();
  own.add_title_to(command);
  own.add_tls_to(command);
  add_shell_options(command, shell);
}

Result<Peer> CallOptions::begin() const {
  if (Status s = apply(shell); !s) return s.error();
  return parse_peer(peer);
}

}  // namespace seedaudit
