// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "network/peer.h"
#include "network/study_query.h"

namespace seedaudit {

struct FetchResult {
  int studies = 0;
  int objects = 0;
  std::vector<std::string> failures;  ///< studies that did not come whole, and why
};

/// C-FIND at study level (Study Root), then C-GET of each study. Objects appear whole as FOLDER/<Study UID>/<SOP UID>.dcm. Blocking.
/// Errors: invalid_option; peer_failed: no association, or the peer offers no query or no C-GET; output_unwritable.
Result<FetchResult> fetch_studies(const StudyQuery& query, const Peer& peer, const std::string& own_title, const TlsFiles& tls,
                                  const std::filesystem::path& folder, const Progress& progress = {});

}  // namespace seedaudit
