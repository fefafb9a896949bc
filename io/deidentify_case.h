// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"

namespace seedaudit {

struct DeidentifyOptions {
  std::string key;                        ///< the site's: the same key gives the same pseudonyms, UIDs and shift
  bool keep_dates = false;                ///< share true dates; the birth date is removed all the same
  std::vector<std::string> source_words;  ///< names of known seed models and their makers
};

/// A file of the case that is not shared.
struct NotShared {
  std::string path;
  std::string reason;
};

struct DeidentifiedCase {
  std::string patient;  ///< pseudonym; empty where the input names no patient
  int objects = 0;      ///< DICOM objects written
  int side_files = 0;   ///< case.json and CSV lists written
  std::vector<NotShared> left_out;
};

/// Writes one file of the output, whole or not at all. \param relative within the output folder
using WriteFile = std::function<Status(const std::filesystem::path& relative, const std::string& bytes)>;

/// De-identifies a case for sharing (docs/deidentify.md). \param path a folder, or a case.json. The files lie in `output` as in the input,
/// under numbers for names; a case.json is written where one was read. After writing, every file is searched for every identifier of the
/// input. The caller gives an empty folder and removes it on error.
/// Errors: those of the readers; patient_mismatch, truncated_file, unreadable_file (a damaged object, or annotation burned into pixels),
/// invalid_option (a file that a case.json names and that cannot be carried along), empty_folder (nothing to share), internal (an
/// identifier was found in the output), and those of `write`.
Result<DeidentifiedCase> deidentify_case(const std::filesystem::path& path, const DeidentifyOptions& options,
                                         const std::filesystem::path& output, const WriteFile& write, const Progress& progress = {});

}  // namespace seedaudit
