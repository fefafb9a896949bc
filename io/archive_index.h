// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/archive_manifest.h"
#include "core/progress.h"
#include "io/dicom_index.h"

/// What lies in an archive, as small as it can be kept: what the files of a series share is stored once.
namespace seedaudit {

class ScanMemory;

/// A folder, or a folder inside a container. Paths are relative to the archive's root, "" being the root itself.
struct ArchivePlace {
  std::string container, folder;
  int files = 0;  ///< of any kind that lie in it
};

/// What reading a plan gave: the same reading that an audit begins with.
struct PlanFacts {
  std::optional<Error> error;
  bool approved = false;
  std::optional<DateTime> strength_date;
};

struct ArchiveFile {
  std::uint32_t place = 0;   ///< into ArchiveIndex::places
  std::uint32_t shared = 0;  ///< into ArchiveIndex::shared
  std::string name;
  std::string sop_instance_uid;
  std::array<double, 3> position_mm{};
  bool has_position = false;
  std::unique_ptr<Error> damage;
};

/// A file or folder that may hold what is missing elsewhere: truncated, unreadable, or no DICOM although its name says so.
struct ArchiveSuspect {
  std::uint32_t place = 0;
  Error error;
};

struct ArchiveIndex {
  std::filesystem::path root;
  std::vector<ArchivePlace> places;
  std::vector<IndexedObject> shared;            ///< facts without path, instance UID and position
  std::vector<std::optional<PlanFacts>> plans;  ///< one entry for each of `shared`
  std::vector<ArchiveFile> files;               ///< in order of the walk
  std::vector<ArchiveSuspect> suspects;
  std::vector<std::string> requests;  ///< case.json files, relative to the root: what lies below their folders is theirs
  std::vector<ArchiveLeftOut> left_out;
  std::size_t headers_read = 0;   ///< files and members of containers that were opened
  std::size_t headers_known = 0;  ///< those that an earlier scan had read

  /// The object with all its facts; `path` is relative to the root, "container!path" inside a container.
  IndexedObject object(std::size_t file) const;
  std::string path_of(std::size_t file) const;
};

/// Walks the folder `root` and reads every header, a few files at a time. Each folder is entered once, under its own name before links.
/// \param passed_over absolute paths that are no part of the archive (the manifest itself, the key)
/// \param memory of earlier scans: what it knows is not opened again, what is read goes into it; the index is the same as without
/// Errors: path_not_found, unreadable_file (root is no folder).
Result<ArchiveIndex> index_archive(const std::filesystem::path& root, const std::set<std::filesystem::path>& passed_over,
                                   const Progress& progress = {}, ScanMemory* memory = nullptr);

}  // namespace seedaudit
