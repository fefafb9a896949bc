// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/audit_report.h"
#include "report/text_page.h"

namespace seedaudit {

/// Source, dates, targets, organs and isodose volumes of the summary.
void write_dose(TextPage& page, const CaseAudit& audit);

/// Why there is no dose verdict, from what the audit itself says.
std::string missing_dose_reason(const CaseAudit& audit);

}  // namespace seedaudit
