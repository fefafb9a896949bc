// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/audit_report.h"
#include "core/result.h"
#include "report/dicom_common.h"

namespace seedaudit {

/// A PDF inside DICOM: Encapsulated PDF Storage (PS3.3 A.45.1), so that an archive of images holds the record beside the scan.
/// Errors: invalid_option (no PDF), output_unwritable.
Result<WrittenInstance> write_encapsulated_pdf(const std::string& pdf, const std::string& title, const DicomHeader& header,
                                               const std::filesystem::path& file);

/// The figures as Comprehensive SR by template TID 1500 (PS3.16): a measurement group of counts, and one a structure and time. Names of
/// figures are coded in the scheme 99SEEDAUDIT by their names in report.json, units in UCUM. A figure that was not computed is absent.
/// Structures are named as in the audit. Errors: output_unwritable.
Result<WrittenInstance> write_measurements(const CaseAudit& audit, const DicomHeader& header, const std::filesystem::path& file);

}  // namespace seedaudit
