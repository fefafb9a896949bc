// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/audit_report.h"

namespace seedaudit {

inline constexpr std::string_view kReportSchemaVersion = "1.0";

/// report.json of one case (docs/report.md; report/schema/report-1.0.schema.json is the authority). Keys are in a fixed order, numbers
/// carry fixed decimals, a value that was not or could not be computed is null. Patient id and name are never written.
std::string report_json(const CaseAudit& audit);

/// The JSON schema that report_json follows, as embedded in the program.
std::string_view report_schema();

}  // namespace seedaudit
