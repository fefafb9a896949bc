// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/audit_report.h"

namespace seedaudit {

/// A CSV cell, quoted where it must be.
std::string csv_cell(std::string_view text);

/// seeds.csv: a row for each found, missing and rejected seed; the first column `kind` says which. Names as in report.json, vectors split
/// into _x_mm, _y_mm, _z_mm. Absent values are empty.
std::string seeds_csv(const CaseAudit& audit);

/// dvh.csv: `structure,phase,dose_gy,volume_cc,volume_pct`, cumulative, in steps of 1 % of the prescription (1 Gy without one) up to 400 %
/// or the maximum dose, whichever is lower; phase is "preop" or "postop".
std::string dvh_csv(const CaseAudit& audit);

}  // namespace seedaudit
