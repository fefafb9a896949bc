// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "pipeline/case_attempt.h"

namespace seedaudit {

/// A case as a task of a job array knows it.
struct ArrayCase {
  std::string case_id, key;  ///< EngineWork::keys
};

/// The folder in which a batch and the tasks of one job array meet, on a disk that all machines share:
///   chunks/N        the cases of task N, a line each
///   work/ID.XXXXXX  attempts under way
///   done/ID/        an attempt that ended, moved there whole; the first of two comes to stay
///   collected/ID    its row is in the store
///   begun/ID        a line for each attempt begun, so that a case that takes its task down with it is not tried for ever
///   logs/, job, keys
/// Every name is moved into place as a whole, so that a task may be killed, lost and begun again at any moment. Every Error is
/// output_unwritable unless said otherwise.
class ArrayFolder {
 public:
  explicit ArrayFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// A new one below `parent`, for its owner alone.
  static Result<ArrayFolder> make(const std::filesystem::path& parent);

  const std::filesystem::path& path() const { return folder_; }
  std::string name() const { return folder_.filename().string(); }

  // The batch's side.
  /// \param chunks of tasks 1, 2, ...
  Status write_chunks(const std::vector<std::vector<ArrayCase>>& chunks) const;
  Status note_job(const std::string& job) const;
  std::string job() const;  ///< empty: not submitted, or killed meanwhile
  std::vector<ArrayCase> cases() const;
  std::vector<std::string> done() const;  ///< case_ids, sorted
  /// An attempt that ended. Errors: bad_json, where it was made under another key or its report is not the one that was noted.
  Result<CaseAttempt> read(const ArrayCase& c) const;
  /// Of a batch that was killed between the move of an audit into its place and the commit of its row: moves it back, if it is the one.
  void recover(const std::string& case_id, const std::filesystem::path& published) const;
  Status mark_collected(const std::string& case_id) const;
  void drop(const std::string& case_id) const;
  void remove() const;

  // A task's side.
  /// Errors: path_not_found, bad_json.
  Result<std::vector<ArrayCase>> chunk(int task) const;
  bool has_ended(const std::string& case_id) const;
  /// Takes away what earlier tasks left half done of a case, ends what still runs of it on this machine, and notes one more attempt.
  /// \return how many have been begun with this one, those given back not counted
  Result<int> begin(const std::string& case_id) const;
  /// The attempt just begun was ended from outside, in good order.
  void give_back(const std::string& case_id) const;
  Result<std::filesystem::path> attempt_folder(const std::string& case_id) const;
  /// Gives an attempt that ended its place; it is discarded where another task was first, or has taken this one over.
  Status put(const ArrayCase& c, const CaseAttempt& attempt) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace seedaudit
