// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "report/identity_filter.h"
#include "report/json_writer.h"

namespace seedaudit {

/// Key "undercoverage" of one structure, written into the object that is open. \param rx_gy the DVHs of the supplement stand at every tenth
/// of it
void write_undercoverage(JsonWriter& json, const IdentityFilter& filter, const StructureAudit& structure, double rx_gy);

/// Key "undercoverage" of the case: the verdict of the worst target, all cold regions, the advice for the target of least V100.
void write_undercoverage_section(JsonWriter& json, const IdentityFilter& filter, const CaseAudit& audit);

}  // namespace seedaudit
