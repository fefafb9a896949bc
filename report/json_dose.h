// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "report/identity_filter.h"
#include "report/json_writer.h"

namespace seedaudit {

/// Key "dose": source, strength and dates, the implant irrespective of contours, every structure; null where no dose was computed.
void write_dose_section(JsonWriter& json, const IdentityFilter& filter, const CaseAudit& audit);

}  // namespace seedaudit
