// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/batch.h"

namespace seedaudit {

struct SlurmOptions {
  /// The program that a task runs, with its first arguments; the array's folder and the number of the task are added. It must be there on
  /// every node under this path.
  std::vector<std::string> task_command;
  std::vector<std::string> sbatch_options;     ///< the user's: partition, account, ...; they go before those that the engine relies on
  int tasks_at_once = 0;                       ///< 0: as many as the cluster gives
  int cases_per_task = 0;                      ///< 0: as few as keep the array within 1000 tasks; fewer lose less with a node
  int cpus_per_task = 1;                       ///< an archive is through soonest with one: cases share nothing
  std::chrono::milliseconds ask_first{500};    ///< between two questions to the controller, doubled each time
  std::chrono::milliseconds ask_last{10'000};  ///< and never longer than this
  std::chrono::milliseconds settle{5'000};     ///< for what a node wrote last to be seen here, after the array has ended
  /// invalid_option quotes the value.
  Status check() const;
};

/// Makes the attempts as a job array over BATCH/slurm, a folder that every node sees, and watches it. Arrays of a batch that was killed
/// are found there: what they finished is collected, and one that still runs with the same cases and options is watched on, not made anew.
/// Cases that an array leaves open (a node lost for good, a task killed) go into another one, as long as each brings some to an end.
/// Stopped, it cancels its array. Errors: scheduler_failed; invalid_option; output_unwritable.
/// \param describe writes into the array's folder what the tasks need to know beside case_id and key. Arguments by reference must outlive
/// it.
BatchEngine slurm_engine(const std::filesystem::path& batch, const SlurmOptions& slurm, const BatchFolder& folder,
                         const BatchOptions& options, const std::function<Status(const std::filesystem::path& array)>& describe);

/// Arrays of an earlier batch may still run, or hold results that were not collected.
bool has_arrays(const std::filesystem::path& batch);

}  // namespace seedaudit
