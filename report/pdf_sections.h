// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/pdf_page.h"
#include "report/pdf_report.h"

namespace seedaudit {

/// Axial sections of the scan through the target side by side, each with seeds, target outline and isodose lines, and a key below. Fills
/// `area`; says so where there is no image.
void draw_sections(PdfDocument& page, const PageRect& area, const PdfReportInput& input);

}  // namespace seedaudit
