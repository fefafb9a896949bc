// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/pdf_page.h"
#include "report/pdf_report.h"

namespace seedaudit {

/// Seeds as found, planned places with the way between them, and the contours of the targets, seen obliquely from the front, left and above
/// (orthographic). Seeds that left the site are named below in place of being drawn.
void draw_scene(PdfDocument& page, const PageRect& area, const PdfReportInput& input);

}  // namespace seedaudit
