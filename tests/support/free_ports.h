// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace seedaudit::test {

/// Ports of loopback that were free a moment ago, all different: each is held until the last is found.
inline std::vector<int> free_ports(int n) {
  std::vector<int> ports, sockets;
  for (int i = 0; i < n; ++i) {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (s < 0 || ::bind(s, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(s, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no free port for a test");
    ports.push_back(ntohs(address.sin_port));
    sockets.push_back(s);
  }
  for (const int s : sockets) ::close(s);
  return ports;
}

}  // namespace seedaudit::test
