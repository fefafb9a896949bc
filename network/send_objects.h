// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "network/peer.h"

namespace seedaudit {

struct SendFailure {
  std::string path;
  std::string why;
};

struct SendResult {
  int sent = 0;
  std::vector<SendFailure> failures;  ///< each object that the peer does not have now
  std::vector<SendFailure> warnings;  ///< stored, with a warning status of the peer
};

/// C-STORE of files, each in the transfer syntax it has (uncompressed ones in any uncompressed one), over as many associations as their
/// kinds need. An association that breaks fails the objects not yet sent on it. Blocking.
/// Errors: peer_failed where no association can be made; invalid_option for TLS files. An empty list is ok.
Result<SendResult> send_objects(const std::vector<std::string>& paths, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                const Progress& progress = {});

}  // namespace seedaudit
