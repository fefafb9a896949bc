// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <optional>
#include "core/audit_report.h"

#include "report/pdf_page.h"

namespace seedaudit {

/// Cumulative histograms of a target in `area`: planned dashed, post-implant solid, in Gy and percent of the prescription. Says so where
/// there is none. \param target may be null
void draw_dvh(PdfDocument& page, const PageRect& area, const StructureAudit* target, std::optional<double> rx_gy);

}  // namespace seedaudit
