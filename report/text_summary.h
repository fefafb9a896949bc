// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/audit_report.h"

namespace seedaudit {

struct TextSummaryOptions {
  /// Where the report lies, as the last line; empty: left out.
  std::string report_location;
  /// ANSI colours for a terminal.
  bool colour = false;
};

/// One screen (at most about 45 lines of 100 columns) that a physicist can read: may the numbers be used, what does the dose mean, planned
/// against found, why something was not computed, what was assumed. Names no patient.
std::string text_summary(const CaseAudit& audit, const TextSummaryOptions& options = {});

/// log.txt: the summary, then every flag, warning, decision and option in full.
std::string log_text(const CaseAudit& audit);

}  // namespace seedaudit
