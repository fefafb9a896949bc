// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/audit_report.h"
#include "core/result.h"

namespace seedaudit {

/// What `run` writes beside the report's values.
struct OutputContent {
  std::string overview_png;           ///< from overview_png(); empty: no overview.png, and one of an earlier run is removed
  std::string checkerboard_png = {};  ///< from checkerboard_png(); empty: no checkerboard.png, and one of an earlier run is removed
  std::string report_pdf = {};        ///< from pdf_report(); empty: no report.pdf, and one of an earlier run is removed
  /// Folder of finished DICOM objects that become `folder`/dicom with the other files; empty: none, and those of an earlier run are
  /// removed.
  std::filesystem::path dicom_objects = {};
  std::string html = {};  ///< from html_report(); empty: no report.html, and one of an earlier run is removed
};

/// Whether write_outputs() may replace what lies in `folder` under its names: nothing is there, or it is an audit's, by a report.json of
/// ours or, where a killed run left none, by a seeds.csv of ours. Anybody's own seeds.csv or dicom/plan.dcm, as in a case's folder, is not
/// overwritten. Errors: invalid_option, naming the file.
Status check_replaceable(const std::filesystem::path& folder);

/// Writes report.json, seeds.csv, dvh.csv, log.txt, overview.png, checkerboard.png, report.pdf and report.html into `folder`, each whole or
/// not at all. report.json goes last, so that a folder with a report.json of this run holds all its companions. Files of an earlier run
/// under these names are replaced, everything else in the folder is left alone; temporaries of a killed run are removed. Errors:
/// output_unwritable. All content is on the medium before the first name changes, so a full disk leaves an earlier run's output untouched
/// and nothing of this one.
Status write_outputs(const CaseAudit& audit, const std::filesystem::path& folder, const OutputContent& content = {});

}  // namespace seedaudit
