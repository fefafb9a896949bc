// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// A program to be run in a process group of its own, so that all that it started can be ended with it.
struct ChildCommand {
  std::vector<std::string> arguments;  ///< the program's path first
  std::filesystem::path log;           ///< its standard output and error, one file
  std::filesystem::path identity;      ///< where its process group is noted while it runs, for end_orphan(); empty: nowhere
  std::chrono::seconds time_limit{0};  ///< 0: none
  std::uint64_t memory_limit = 0;      ///< bytes of address space; 0: none
};

/// `lost`: nobody saw the end of it, again and again (a task of a cluster that was killed, or whose node failed).
enum class ChildEnd { exited, signalled, time_limit, stopped, lost };

struct ChildOutcome {
  ChildEnd end = ChildEnd::exited;
  int exit_status = 0;            ///< where it exited
  int signal = 0;                 ///< where a signal ended it
  std::uint64_t peak_memory = 0;  ///< bytes resident
  std::chrono::duration<double> elapsed{0};
};

/// Runs it to its end, or to its time limit, or until `stop` is set; then nothing of its process group is left. Errors: internal, where the
/// program cannot be started; output_unwritable, where the log cannot be made.
Result<ChildOutcome> run_child(const ChildCommand& command, const std::atomic<bool>& stop);

/// Ends the process group that a killed parent left behind, by the note in `identity`; does nothing where that process is gone or its
/// number belongs to another one by now.
void end_orphan(const std::filesystem::path& identity);

}  // namespace seedaudit
