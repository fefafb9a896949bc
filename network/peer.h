// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// A DICOM application as people write it: AET@HOST:PORT.
struct Peer {
  std::string ae_title;
  std::string host;
  int port = 0;

  std::string text() const { return ae_title + "@" + host + ":" + std::to_string(port); }
};

/// Who may send: a calling AE title together with the addresses of the host it calls from.
struct AllowedPeer {
  std::string ae_title;
  std::vector<std::string> addresses;  ///< IPv4, dotted; resolved once
};

/// Keys for TLS with both sides proving who they are; all three or none. PEM.
struct TlsFiles {
  std::filesystem::path key;          ///< private key of this side
  std::filesystem::path certificate;  ///< of this side
  std::filesystem::path authority;    ///< whose signature the other side's certificate must bear

  bool used() const { return !key.empty() || !certificate.empty() || !authority.empty(); }
  /// Errors: invalid_option where only some are given.
  Status check() const;
};

/// 1 to 16 printable ASCII characters, no backslash, not all blank (PS3.5 AE). Errors: invalid_option.
Status check_ae_title(std::string_view title);
/// "AET@HOST:PORT". Errors: invalid_option.
Result<Peer> parse_peer(std::string_view text);
/// "AET@HOST", HOST a name or an IPv4 address. Errors: invalid_option; peer_failed where a name has no address.
Result<AllowedPeer> parse_allowed_peer(std::string_view text);

}  // namespace seedaudit
