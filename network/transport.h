// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "network/peer.h"

class DcmTransportLayer;

namespace seedaudit {

/// Makes DCMTK silent, registers decoders, and switches Nagle's algorithm off: with it every object of a C-STORE waits for a delayed
/// acknowledgement of TCP. Before the first connection, while the process has one thread.
void initialise_network();

enum class TransportRole { acceptor, requestor };

/// A TLS layer that shows its certificate, demands one of the other side and accepts only the given authority's signature (profile of
/// BCP 195). Errors: invalid_option naming the file that cannot be used.
Result<std::shared_ptr<DcmTransportLayer>> make_tls_layer(const TlsFiles& files, TransportRole role);

}  // namespace seedaudit
