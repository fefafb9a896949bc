// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/archive_manifest.h"
#include "core/patient_alias.h"
#include "core/result.h"
#include "pipeline/batch.h"

namespace seedaudit {

/// How a batch names patients, and what it does with their dates: in rows, reports, pages, records and DICOM objects alike.
struct BatchPrivacy {
  std::string identity = "pseudonym";  ///< keep, pseudonym, none: as `run --identity`
  bool shift_dates = false;            ///< with pseudonyms alone
  std::filesystem::path key_file;      ///< absolute; of pseudonyms, and of the names of cases that lie in plain folders
  std::string key;                     ///< its content; empty: not needed
};

/// What `batch` was told of it. Absent: as the manifest says, else pseudonyms and true dates.
struct PrivacyOptions {
  std::string identity = "pseudonym", dates, key_file;
};

/// The cases of an archive for run_batch, and where each lies.
struct BatchArchive {
  std::filesystem::path root;  ///< absolute
  std::vector<BatchCase> cases;
  std::vector<std::filesystem::path> paths;  ///< of cases[i]: a folder or a case.json; empty where the manifest names its files
  std::optional<ArchiveManifest> manifest;   ///< cases[i] is manifest->cases[i]
  Warnings notes;
};

/// Refuses, before anything is written, what is no archive, and an output folder that would be taken for a case. Errors: path_not_found,
/// unsupported_syntax, invalid_option.
Status check_archive(const std::filesystem::path& root, const std::filesystem::path& out);

/// The key and what follows from it: of a manifest the key that it was made with (`seedaudit.key` beside it unless named), of a folder
/// `seedaudit.key` in `private_folder`, which is made for its owner alone. \param manifest absent: a plain folder
/// Errors: invalid_option where options and manifest contradict each other; those of the key file.
Result<BatchPrivacy> privacy_of(const PrivacyOptions& options, const ArchiveManifest* manifest, const std::filesystem::path& beside,
                                const std::filesystem::path& private_folder);

/// An archive whose direct subfolders are cases, in the order of their names; one that holds a case.json is what that says. A case is named
/// by keyed_case_id() of its folder's name, which may be a patient's; `private_folder` holds a list that leads from case_id back to the
/// folder. Whose a case is its audit says. Errors: archive_unreadable, empty_folder, output_unwritable.
Result<BatchArchive> list_case_folders(const std::filesystem::path& root, const std::filesystem::path& private_folder,
                                       const std::string& key);

/// The cases that `seedaudit scan` found. Those it refused keep their row. Errors: empty_folder.
Result<BatchArchive> list_manifest_cases(ArchiveManifest manifest, const std::filesystem::path& file, const BatchPrivacy& privacy);

/// Name for the patient of case i of plain folders: the pseudonym of the one Patient ID that all headers below its folder state. Empty:
/// they state none or several, or none can be read; or a case.json says what belongs to the case, which may lie elsewhere; or nobody is to
/// be named, or by other names.
std::string pseudonym_of_folder(const BatchArchive& archive, std::size_t i, const BatchPrivacy& privacy);

/// What `run` is given for case i, made below `attempt` where the case's files lie scattered or packed.
/// Errors: those of materialise_case, output_unwritable.
Result<std::filesystem::path> request_of(const BatchArchive& archive, std::size_t i, const std::filesystem::path& attempt);

/// Takes every absolute path in brackets, and every path below one of the roots, out of lines that a program wrote, for they may name a
/// patient: from there to the bracket that closes a message's place, or to the end of the line.
std::string without_paths(const std::string& text, const std::vector<std::filesystem::path>& roots);

}  // namespace seedaudit
