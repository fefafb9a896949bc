// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/peer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

namespace seedaudit {
namespace {

Error bad(const std::string& what, std::string_view text) {
  return {ErrorCode::invalid_option, what, std::string(text), "Write AET@HOST:PORT, or AET@HOST for --allow, e.g. PACS@10.0.0.5:104."};
}

}  // namespace

Status TlsFiles::check() const {
  if (!used() || (!key.empty() && !certificate.empty() && !authority.empty())) return ok_status();
  return Error{ErrorCode::invalid_option, "TLS needs a key, a certificate and an authority, and one is missing", "",
               "Give --tls-key, --tls-cert and --tls-ca, or none of them."};
}

Status check_ae_title(std::string_view title) {
  const bool printable = std::all_of(title.begin(), title.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '\\'; });
  const bool blank = title.find_first_not_of(' ') == std::string_view::npos;
  if (!blank && printable && title.size() <= 16) return ok_status();
  return bad("an AE title has 1 to 16 printable ASCII characters without a backslash", title);
}

Result<Peer> parse_peer(std::string_view text) {
  const auto at = text.find('@');
  const auto colon = text.rfind(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at) return bad("no AET@HOST:PORT", text);
  Peer peer{std::string(text.substr(0, at)), std::string(text.substr(at + 1, colon - at - 1)), 0};
  if (Status s = check_ae_title(peer.ae_title); !s) return s.error();
  if (peer.host.empty()) return bad("no host", text);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), peer.port);
  if (error != std::errc() || end != port.data() + port.size() || peer.port < 1 || peer.port > 65535)
    return bad("a port is a number from 1 to 65535", text);
  return peer;
}

Result<AllowedPeer> parse_allowed_peer(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) return bad("no AET@HOST", text);
  AllowedPeer peer{std::string(text.substr(0, at)), {}};
  if (Status s = check_ae_title(peer.ae_title); !s) return s.error();
  const std::string host(text.substr(at + 1));
  if (host.empty()) return bad("no host", text);
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr)
    return Error{ErrorCode::peer_failed, "the host has no IPv4 address", std::string(text), "Check the name, or give the address itself."};
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    char address[INET_ADDRSTRLEN] = {};
    const auto* in = reinterpret_cast<const sockaddr_in*>(a->ai_addr);
    if (inet_ntop(AF_INET, &in->sin_addr, address, sizeof address) != nullptr) peer.addresses.emplace_back(address);
  }
  freeaddrinfo(found);
  return peer;
}

}  // namespace seedaudit
