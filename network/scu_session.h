// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "network/peer.h"

class DcmSCU;
class DcmTransportLayer;

namespace seedaudit {

/// One association with a peer as its client, with TLS where files are given. DCMTK by name only.
class ScuSession {
 public:
  /// Errors: invalid_option (titles, TLS files).
  static Result<ScuSession> make(const Peer& peer, const std::string& own_title, const TlsFiles& tls, std::shared_ptr<DcmSCU> scu = {});
  DcmSCU& scu() { return *scu_; }
  /// A presentation context of this class in any uncompressed transfer syntax; before connect().
  void propose(const char* sop_class_uid);
  /// After the presentation contexts were added. Errors: peer_failed: cannot be reached, refuses, or takes none of what is proposed.
  Status connect();

 private:
  Peer peer_;
  std::shared_ptr<DcmTransportLayer> tls_;  ///< outlives the association
  std::shared_ptr<DcmSCU> scu_;
};

}  // namespace seedaudit
