// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// What the record shows; pointers may be null, except audit, and must outlive the call.
struct PdfReportInput {
  const CaseAudit* audit = nullptr;         ///< required
  const CtVolume* postop = nullptr;         ///< for the sections
  std::vector<Structure<CtFrame>> targets;  ///< outlined in the sections and in the 3-D view
  const DoseGrid<CtFrame>* dose = nullptr;  ///< for isodose lines
  /// false: the patient is not named, and free text goes through the identity filter.
  bool keep_identity = true;
  /// Printed in place of the patient ID when the identity is not kept; empty: nothing is.
  std::string pseudonym;
};

/// The audit on two A4 pages for the record: verdict, counts, doses before and after with intervals, organs, DVH, flags; sections with
/// seeds, target and isodoses, a 3-D view, where the numbers come from, and lines to sign. Tells lines apart by width and dashes, so that a
/// grey print says the same. A figure that does not exist is printed as "not computed". The same input gives the same bytes; the file's
/// creation date is the date of the scan. Errors: invalid_option (no audit), internal.
Result<std::string> pdf_report(const PdfReportInput& input);

}  // namespace seedaudit
