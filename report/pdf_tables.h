// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "report/pdf_page.h"

/// The words and tables of the PDF. Each draws from the top of `area` and returns where it ended; an area with a height is not left.
namespace seedaudit {

double draw_verdict(PdfDocument& page, const PageRect& area, const CaseAudit& audit);
double draw_counts(PdfDocument& page, const PageRect& area, const CaseAudit& audit);
/// Planned, post-implant and change. \param target may be null: then the figures read "not computed" and why.
double draw_target_table(PdfDocument& page, const PageRect& area, const CaseAudit& audit, const StructureAudit* target);
/// The other targets, the organs and the volumes of the whole implant.
double draw_structures(PdfDocument& page, const PageRect& area, const CaseAudit& audit, const StructureAudit* first);
double draw_flags(PdfDocument& page, const PageRect& area, const CaseAudit& audit);
/// Source, strength, dates, registration: what the dose rests on.
double draw_sources(PdfDocument& page, const PageRect& area, const CaseAudit& audit);
/// Decisions, inputs and warnings.
double draw_provenance(PdfDocument& page, const PageRect& area, const CaseAudit& audit);

}  // namespace seedaudit
