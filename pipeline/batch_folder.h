// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// The output folder of a batch: cases/<id>/ (as `run` writes it), logs/<id>.log, work/ (attempts under way), superseded/ (audits of cases
/// that left the archive). One process at a time holds it. Every Error is output_unwritable unless said otherwise.
class BatchFolder {
 public:
  /// Makes it and takes hold of it until destruction. Removes what attempts of a killed batch left in work/, and ends their processes.
  /// Errors: also invalid_option, where another batch runs in it.
  static Result<BatchFolder> open(const std::filesystem::path& out);

  /// A random name given to the folder when it was made: by it a database knows its batch.
  const std::string& batch_id() const { return batch_id_; }

  std::filesystem::path case_folder(const std::string& case_id) const { return out_ / "cases" / case_id; }
  std::filesystem::path log_file(const std::string& case_id) const { return out_ / "logs" / (case_id + ".log"); }

  /// A fresh folder for one attempt at a case: an orphan of an earlier attempt writes elsewhere.
  Result<std::filesystem::path> begin_attempt(const std::string& case_id) const;
  /// Gives `finished` (inside the attempt's folder) the place of the case; an audit that lay there goes with the attempt. Synced.
  Status publish(const std::string& case_id, const std::filesystem::path& attempt, const std::filesystem::path& finished) const;
  /// Takes an earlier audit of the case away with the attempt, for one that ended without a report.
  Status withdraw(const std::string& case_id, const std::filesystem::path& attempt) const;
  void end_attempt(const std::filesystem::path& attempt) const;

  /// Moves audits of cases that are not in `case_ids` (sorted) to superseded/. \return their names
  Result<std::vector<std::string>> supersede(const std::vector<std::string>& case_ids) const;

  BatchFolder(BatchFolder&& other) noexcept;
  BatchFolder& operator=(BatchFolder&&) = delete;
  BatchFolder(const BatchFolder&) = delete;
  BatchFolder& operator=(const BatchFolder&) = delete;
  ~BatchFolder();

 private:
  BatchFolder() = default;
  Status take_hold();
  Status read_batch_id();
  void clear_work() const;

  std::filesystem::path out_;
  std::string batch_id_;
  int lock_ = -1;
};

/// Whole content of a file, or nothing where it cannot be read.
std::string file_content(const std::filesystem::path& file);
/// Its last whole lines within so many bytes: of a log, which may be of any size.
std::string file_tail(const std::filesystem::path& file, std::size_t bytes);
/// SHA-256 of a file, hexadecimal; empty where it cannot be read.
std::string file_sha256(const std::filesystem::path& file);
/// Writes beside and renames. Errors: output_unwritable.
Status replace_file(const std::filesystem::path& file, const std::string& content);

}  // namespace seedaudit
