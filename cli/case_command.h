// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/batch_archive.h"
#include "pipeline/case_attempt.h"

namespace seedaudit {

/// How `batch` runs this program for a case; the same whichever engine does.
struct CaseProgram {
  std::filesystem::path program;      ///< this program's file
  std::filesystem::path config_file;  ///< empty: none
  int threads = 1;
  BatchPrivacy privacy;
};

/// Errors: those of request_of.
Result<std::vector<std::string>> case_command(const CaseProgram& how, const BatchArchive& archive, std::size_t i,
                                              const std::filesystem::path& attempt);

/// What the tasks of a job array must know, written into the array's folder: as the batch saw it when it began, so that a scan or an edit
/// meanwhile changes nothing.
struct ArrayJob {
  std::string version;  ///< program_version() and commit: a task of another program is refused
  CaseProgram how;
  AttemptLimits limits;
};

/// \param manifest the file that the archive was read from; empty where it is a folder. Errors: output_unwritable.
Status write_array_job(const std::filesystem::path& array, const ArrayJob& job, const BatchArchive& archive,
                       const std::filesystem::path& manifest);

/// The archive holds of each case its case_id and where it lies. Errors: path_not_found, bad_json; those of read_manifest.
struct ArrayJobRead {
  ArrayJob job;
  BatchArchive archive;
};
Result<ArrayJobRead> read_array_job(const std::filesystem::path& array);

/// Version and commit in one line, as rows carry it.
std::string program_text();

}  // namespace seedaudit
