// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "network/object_store.h"
#include "network/peer.h"

class DcmTransportLayer;

namespace seedaudit {

struct StorageOptions {
  std::string ae_title;
  std::vector<AllowedPeer> allowed;  ///< empty: any title, from this machine alone
  int idle_seconds = 60;             ///< an association that says nothing for so long is aborted
  std::shared_ptr<DcmTransportLayer> tls;
};

/// Serves one association on a connected socket to its end: C-ECHO and C-STORE. An object is acknowledged once it is kept. In a process of
/// its own (it hands the socket to DCMTK by a global).
/// \param kept called with the patient folder after each object, before it is acknowledged
/// \return ok after a release. Errors: peer_failed with what was refused or broken.
Status serve_association(int socket, const std::string& address, const StorageOptions& options, ObjectStore& store,
                         const std::function<void(const std::string&)>& kept);

}  // namespace seedaudit
