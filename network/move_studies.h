// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "network/fetch_studies.h"
#include "network/peer.h"

namespace seedaudit {

/// Where this program takes what an archive sends at its wish.
struct MoveOptions {
  int port = 0;                      ///< at which the archive knows this program's title
  std::vector<AllowedPeer> senders;  ///< who may send; empty: the archive's own title from its address
};

/// C-FIND at study level (Study Root), then C-MOVE of each study to `own_title`, for which a process of its own listens meanwhile. Objects
/// appear whole as FOLDER/<Study UID>/<SOP UID>.dcm; what comes without having been asked for is kept as well, and is a failure. Blocking;
/// the caller must have one thread.
/// Errors: invalid_option; peer_failed: no association, the peer offers no query or no C-MOVE, or the port cannot be used;
/// output_unwritable.
Result<FetchResult> move_studies(const StudyQuery& query, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                 const MoveOptions& options, const std::filesystem::path& folder, const Progress& progress = {});

}  // namespace seedaudit
