// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

/// Slurm by its own commands, sbatch, squeue and scancel, found on PATH; no accounting database is needed. They are Slurm's stable
/// interface: the same for every version and configuration. Every Error is scheduler_failed and quotes what the command said.
namespace seedaudit {

/// Submits a job array. \param options all options of sbatch, the array's range among them. \param scratch folder for what it says.
/// \return the number of the job
Result<std::string> submit_array(const std::vector<std::string>& options, const std::filesystem::path& script,
                                 const std::filesystem::path& scratch);

struct ArrayState {
  std::size_t running = 0, pending = 0;  ///< tasks; neither: the array has ended
  std::string reason;                    ///< why tasks are pending, in Slurm's word: Resources, Priority, PartitionTimeLimit, ...
  bool ended() const { return running + pending == 0; }
  /// The pending tasks can never begin as they were submitted, and none runs.
  bool hopeless() const;
};

/// What squeue's lines "STATE REASON" say, of tasks that ended as well.
ArrayState parse_array_state(const std::string& text);
/// An array that the controller has forgotten has ended.
Result<ArrayState> array_state(const std::string& job, const std::filesystem::path& scratch);

/// Cancels what is left of an array. It takes a moment.
Status cancel_array(const std::string& job, const std::filesystem::path& scratch);
/// The same for one whose number is not known.
Status cancel_named(const std::string& job_name, const std::filesystem::path& scratch);

}  // namespace seedaudit
