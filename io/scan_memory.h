// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "io/archive_index.h"
#include "io/dicom_header.h"

/// What a scan learned of each file of an archive, kept in one file beside the manifest, so that the next scan opens only what is new or
/// changed. It holds patients as their headers name them: readable by its owner alone.
namespace seedaudit {

/// By what a file is known to be the same: nothing of it is read.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};
/// Of what a link leads to; nothing where there is no such file.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

/// What one file is, as a scan sees it.
struct ScannedFile {
  HeaderScan scan;
  std::optional<PlanFacts> plan;  ///< of a plan
};

/// A member of a zip or tar; an unsafe one has a name and nothing else.
struct ScannedMember {
  std::string name;
  bool safe = true;
  ScannedFile file;
};

struct ScannedContainer {
  std::vector<ScannedMember> members;
  std::optional<Error> error;  ///< archive_unreadable, behind the last member that could be read
};

/// One file or one container.
struct KnownFile {
  ScannedFile file;
  std::optional<ScannedContainer> container;
};

class ScanMemory {
 public:
  /// Takes what an earlier scan of `root` by the same program left in `path`, and begins the new one beside it. What is damaged, of another
  /// archive or of another program is left aside, with a word in `notes`; so is everything with `anew`.
  /// Errors: output_unwritable.
  static Result<ScanMemory> open(const std::filesystem::path& path, const std::filesystem::path& root, const std::string& program,
                                 bool anew = false);

  /// \param path relative to the root. Nothing where the file is not known under this stamp.
  std::optional<KnownFile> find(const std::string& path, const FileStamp& stamp) const;

  /// Keeps what was found. What could not be read is not kept, as the reason may be gone the next time; nor what was changed in these
  /// seconds, for a file system may not tell two changes of one moment apart.
  void note(const std::string& path, const FileStamp& stamp, const ScannedFile& file);
  /// Members one by one, so that memory does not hold them all.
  void note_member(const ScannedMember& member);
  void note_container(const std::string& path, const FileStamp& stamp, const std::optional<Error>& error);

  /// Puts the new one in the place of the old. Errors: output_unwritable.
  Status commit();

  /// Files of its own, that are no part of an archive they may lie in.
  std::vector<std::filesystem::path> own_files() const { return {path_, part_}; }
  const Warnings& notes() const { return notes_; }

  ScanMemory(ScanMemory&&) noexcept;
  ScanMemory& operator=(ScanMemory&&) = delete;
  ScanMemory(const ScanMemory&) = delete;
  ScanMemory& operator=(const ScanMemory&) = delete;
  ~ScanMemory();

 private:
  struct Old;
  struct New;
  ScanMemory();
  std::filesystem::path path_, part_;
  Warnings notes_;
  std::unique_ptr<Old> old_;
  std::unique_ptr<New> new_;
};

}  // namespace seedaudit
