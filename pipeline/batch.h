// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/case_row.h"
#include "core/progress.h"
#include "core/result.h"
#include "pipeline/batch_folder.h"
#include "pipeline/case_attempt.h"
#include "pipeline/store.h"

/// Audits the cases of an archive, each in a process of its own, so that what goes wrong with one costs that one alone (docs/archive.md).
namespace seedaudit {

struct BatchCase {
  CaseRow facts;                              ///< what is known before the audit: case_id, patient, implant, phase, dates
  std::optional<Error> refusal;               ///< why it cannot be audited: its row is then `refused` at once
  std::vector<std::filesystem::path> inputs;  ///< files, to be read ahead
  std::uint64_t input_bytes = 0;              ///< their size, from which the memory is estimated
  std::string request_sha256;                 ///< of what the audit depends on and is this case's own
};

struct BatchOptions {
  int jobs = 1;                        ///< cases at once; raise it to use more cores, at more memory
  bool resume = false;                 ///< goes on with what lies in the output folder; without it a folder that holds rows is refused
  std::chrono::seconds time_limit{0};  ///< of one case; 0: none
  std::uint64_t memory_limit = 0;      ///< address space of one case, bytes; 0: none
  std::uint64_t memory_budget = 0;     ///< what the cases at once may need together by estimate, bytes
  std::string program;                 ///< version and commit; another one audits again
  std::string options_sha256;          ///< of the options that all cases share; others audit again
  /// invalid_option quotes the value.
  Status check() const;
};

/// What an engine is given: the cases that need an audit, and whom to tell.
struct EngineWork {
  std::vector<const BatchCase*> todo;  ///< refused ones as well: theirs is an attempt with that error
  std::vector<std::string> keys;       ///< of todo[n]: a hash of all that its row depends on; an attempt made under another key is void
  /// Makes the row of todo[n] and moves `out` of the attempt's folder into place; the rest of the folder is the engine's to remove. One
  /// call at a time, any order. False: there is no row, and the batch may be about to end (`stop`).
  std::function<bool(std::size_t n, const CaseAttempt& attempt)> collect;
  std::function<void(const std::string&)> note;  ///< how the engine stands, a few words for the progress line; with collect() one at a time
};

/// Makes one attempt at each case of `work` and collects it; leaves the rest out once `stop` is set. Errors: those of the engine itself.
using BatchEngine = std::function<Status(const EngineWork& work, std::atomic<bool>& stop)>;

/// What the batch does not do itself. `command` may be called from several threads at once, the others from one at a time.
struct BatchSeams {
  /// Prepares a case in `attempt` and says which command audits it; the command writes `attempt`/out/report.json and its companions and
  /// exits as `seedaudit run` does. An Error with code output_unwritable or store_unavailable ends the batch, any other is a refusal.
  std::function<Result<std::vector<std::string>>(const BatchCase&, const std::filesystem::path& attempt)> command;
  /// Fills the columns that a report answers.
  std::function<Status(CaseRow&, std::string_view report_json)> fill_row;
  /// Name for the patient of a case that was refused without a report, where its row has none; empty: not known. May be left empty. It may
  /// read what the case's process has read and survived.
  std::function<std::string(const BatchCase&)> patient_of_refused;
  /// Takes paths and identities out of what a case's process or an Error said.
  std::function<std::string(const std::string&)> scrub;
  /// Where the attempts are made; empty: on this machine (local_engine).
  BatchEngine engine;
};

struct BatchOutcome {
  std::size_t cases = 0, kept = 0, audited = 0;
  Warnings notes;  ///< why finished cases were audited again, what was set aside
};

/// One row a case. Rows and audits that a resumed batch keeps are not touched. Errors: store_unavailable, output_unwritable: stopped, to be
/// resumed; invalid_option; those of the engine. `stop` ends it from outside, and is also set by an Error.
Result<BatchOutcome> run_batch(const std::vector<BatchCase>& cases, const BatchFolder& folder, Store& store, const BatchOptions& options,
                               const BatchSeams& seams, const Progress& progress, std::atomic<bool>& stop);

/// What an audit may need, from the size of its input: voxels are kept as 16 bit and several times as float.
std::uint64_t memory_estimate(std::uint64_t input_bytes);

}  // namespace seedaudit
